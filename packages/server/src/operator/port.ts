/**
 * Listens on a port of this machine for operators that show a token. It must not know what a token is, nor what is
 * served.
 */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { getRequestListener } from "@hono/node-server"
import { isRefusal, refusals, refuse, type Refusal } from "@doorstream/contract"
import type { OperatorApp } from "./app.js"
import type { Asking } from "./author.js"

export interface OperatorPort {
  readonly port: number
  close(): Promise<void>
}

interface PortParts {
  readonly app: OperatorApp
  /** Says on every answer what it is not for. */
  readonly protect: (response: ServerResponse) => void
  /** Whether a Host header names this machine, and nothing that leads here by a name of others. */
  readonly isOwnName: (host: string | undefined) => boolean
  /** Who asks, by the token that is shown, and what they are told; or why they may not. */
  readonly enter: (request: IncomingMessage) => Promise<Asking | Refusal>
  readonly fault: (error: unknown, what: string) => void
}

const host = "127.0.0.1"

function refuseRequest(response: ServerResponse, { code, message }: Refusal): void {
  const { status } = refusals[code]
  const scheme = code === "token_missing" ? "Bearer" : 'Bearer error="invalid_token"'
  response.writeHead(status, {
    "Content-Type": "application/json",
    Connection: "close",
    ...(status === 401 ? { "WWW-Authenticate": scheme } : {}),
  })
  response.end(JSON.stringify({ code, message }))
}

/** @param port 0 takes a free one */
export async function listenOnPort(
  port: number,
  { app, protect, isOwnName, enter, fault }: PortParts,
): Promise<OperatorPort> {
  const asking = new WeakMap<IncomingMessage, Asking>()
  const serve = getRequestListener(
    (request, env) => app.fetch(request, asking.get(env.incoming as IncomingMessage)),
    { overrideGlobalObjects: false },
  )
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    protect(response)
    if (!isOwnName(request.headers.host)) return refuseRequest(response, refuse("host_not_allowed"))
    const entered = await enter(request)
    if (isRefusal(entered)) return refuseRequest(response, entered)
    asking.set(request, entered)
    await serve(request, response)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      fault(error, "the operator port")
      if (response.headersSent) response.destroy()
      else refuseRequest(response, refuse("fault"))
    })
  })
  server.listen(port, host)
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}
