/** Whether the server lives, and whether it wants to be given work. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route } from "../route.js"

export function healthRoutes(app: Hono, { ready }: HttpDeps): void {
  route(app, "/health", { GET: (c) => c.json({ status: "live" }) })
  route(app, "/ready", {
    GET: (c) => (ready() ? c.json({ status: "ready" }) : c.json({ status: "not ready" }, 503)),
  })
}
