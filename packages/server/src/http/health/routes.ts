/** Whether the server lives, and whether it wants to be given work. */
import type { Context, Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route, type Told } from "../route.js"

const told = { about: "The server" } as const

const toldOfHealth: Told = {
  ...told,
  name: "health",
  summary: "Ask whether the server lives",
  answers: { status: 200, what: "It does.", schema: "Health" },
}

const toldOfReadiness: Told = {
  ...told,
  name: "readiness",
  summary: "Ask whether the server takes work",
  answers: { status: 200, what: "It does.", schema: "Readiness" },
  also: [{ status: 503, what: "It does not.", schema: "Readiness" }],
}

/**
 * A full disk takes nothing from listeners, so the server stays ready: it only says so. With a log that cannot be
 * written until the server is started anew it is not.
 */
export function healthRoutes(app: Hono, { ready, storage }: HttpDeps): void {
  route(app, "/health", { GET: (c) => c.json({ status: "live" }) }, { GET: toldOfHealth })
  const answerReady = (c: Context): Response => {
    const state = storage()
    const more = state === "ample" ? {} : { storage: state }
    return ready() && state !== "broken"
      ? c.json({ status: "ready", ...more })
      : c.json({ status: "not ready", ...more }, 503)
  }
  route(app, "/ready", { GET: answerReady }, { GET: toldOfReadiness })
}
