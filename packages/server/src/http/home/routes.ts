/** What whoever opens the address in a browser is told. */
import type { Context, Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route, type Told } from "../route.js"

const paths = [
  ["/socket.io/", "listen: Socket.IO 2 to 4, or a plain WebSocket"],
  ["/{systemId}/stream", "listen: server-sent events"],
  ["/{systemId}/events", "what happened, and what happens next"],
  ["/.well-known/openid-configuration", "where tokens come from"],
  ["/oauth2/token", "an id token, for an API client"],
  ["/api/systems/{systemId}/token", "a system token, for an id token"],
  ["/api/systems", "the systems that a token is good for"],
  ["/{systemId}/cloud-nodes", "the cloud nodes of a system"],
  ["/{systemId}/cloud-nodes/{id}/connections", "their controllers"],
  ["/{systemId}/cloud-nodes/{id}/devices", "their doors"],
  ["/{systemId}/cloud-nodes/{id}/reports", "report what happens at them"],
  ["/{systemId}/holders", "the people of a system"],
  ["/{systemId}/holders/{id}/credentials", "their cards"],
  ["/{systemId}/groups", "people who are let in alike"],
  ["/{systemId}/rules", "whom to let in where and when"],
  ["/docs, /openapi.json", "all of this, to read and for programs"],
  ["/health, /ready", "whether the server lives, and takes work"],
] as const

const told: Told = {
  name: "home",
  about: "The server",
  summary: "Read what there is",
  answers: { status: 200, what: "The paths, a line for each.", type: "text/plain" },
}

export function homeRoutes(app: Hono, { publicUrl }: HttpDeps): void {
  const lines = paths.map(([path, means]) => `  ${path.padEnd(40)}  ${means}`)
  const answerHome = (c: Context): Response =>
    c.text(
      `Doorstream, a Streaming API server for access control, at ${publicUrl()}\n\n${lines.join("\n")}\n`,
    )
  route(app, "/", { GET: answerHome }, { GET: told })
}
