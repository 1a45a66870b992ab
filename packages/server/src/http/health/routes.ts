/** Whether the server lives, and whether it wants to be given work. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route } from "../route.js"

/**
 * A full disk takes nothing from listeners, so the server stays ready: it only says so. With a log that cannot be
 * written until the server is started anew it is not.
 */
export function healthRoutes(app: Hono, { ready, storage }: HttpDeps): void {
  route(app, "/health", { GET: (c) => c.json({ status: "live" }) })
  route(app, "/ready", {
    GET: (c) => {
      const state = storage()
      const told = state === "ample" ? {} : { storage: state }
      return ready() && state !== "broken"
        ? c.json({ status: "ready", ...told })
        : c.json({ status: "not ready", ...told }, 503)
    },
  })
}
