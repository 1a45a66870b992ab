/** Which process serves the data folder, for how long, and what it keeps and measures. */
import type { Hono } from "hono"
import type { OperatorDeps } from "./deps.js"

export function statusRoutes(app: Hono, { process, now, letters, metrics }: OperatorDeps): void {
  const { version, pid, started } = process
  // `uptime` is in seconds.
  app.get("/status", (c) => {
    const uptime = Math.floor((now() - started) / 1000)
    return c.json({ version, pid, uptime, deadLetters: letters.totals() })
  })
  if (metrics !== undefined) app.get("/metrics", async (c) => c.text(await metrics()))
}
