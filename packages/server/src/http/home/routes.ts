/** What whoever opens the address in a browser is told. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { route } from "../route.js"

const paths = [
  ["/socket.io/", "listen: Socket.IO 2 to 4, or a plain WebSocket"],
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
  ["/health, /ready", "whether the server lives, and takes work"],
] as const

export function homeRoutes(app: Hono, { publicUrl }: HttpDeps): void {
  const lines = paths.map(([path, means]) => `  ${path.padEnd(40)}  ${means}`)
  route(app, "/", {
    GET: (c) =>
      c.text(
        `Doorstream, a Streaming API server for access control, at ${publicUrl()}\n\n${lines.join("\n")}\n`,
      ),
  })
}
