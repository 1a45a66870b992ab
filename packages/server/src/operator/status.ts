/** Which process serves the data folder, and for how long. */
import type { Hono } from "hono"
import type { OperatorDeps } from "./deps.js"

export function statusRoutes(app: Hono, { process, now }: OperatorDeps): void {
  const { version, pid, started } = process
  // `uptime` is in seconds.
  app.get("/status", (c) => c.json({ version, pid, uptime: Math.floor((now() - started) / 1000) }))
}
