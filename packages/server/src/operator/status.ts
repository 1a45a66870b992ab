/** Which process serves the data folder, for how long, and what it measures. */
import type { Hono } from "hono"
import type { OperatorDeps } from "./deps.js"

export function statusRoutes(app: Hono, { process, now, metrics }: OperatorDeps): void {
  const { version, pid, started } = process
  // `uptime` is in seconds.
  app.get("/status", (c) => c.json({ version, pid, uptime: Math.floor((now() - started) / 1000) }))
  if (metrics !== undefined) app.get("/metrics", async (c) => c.text(await metrics()))
}
