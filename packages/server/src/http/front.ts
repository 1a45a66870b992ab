/**
 * The node server in front of everything: sends each request and upgrade to whom it belongs, and answers what must be
 * answered before Engine.IO sees it, so that clients of Socket.IO come back later. It must not know what is said inside.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { refusals, refuse, type RefusalCode } from "@doorstream/contract"
import { getRequestListener } from "@hono/node-server"

/** Where requests below /socket.io/ go. */
interface Gateway {
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

interface FrontParts {
  readonly gateway: Gateway
  readonly fetch: (request: Request) => Response | Promise<Response>
  /** Only names of this machine are answered, so that no page elsewhere can reach a demo through a name of its own. */
  readonly loopbackNamesOnly: boolean
}

export interface Front {
  readonly server: Server
  /** From now on new connections and reports are refused `draining`. */
  stopTaking(): void
  /** Resolves when every request that is not the gateway's has been answered. */
  answered(): Promise<void>
}

const gatewayPath = "/socket.io/"

/** Seconds after which a client may try again. */
const retryAfter = 2

const isGatewayPath = (url: string | undefined): boolean => url?.startsWith(gatewayPath) === true

/** A request that opens a connection; those with a `sid` belong to one that is open. */
const isHandshake = (url: string | undefined): boolean =>
  !new URLSearchParams(url?.slice(url.indexOf("?") + 1)).has("sid")

/** Whether a Host header names this machine by loopback: localhost, 127.0.0.0/8 or ::1, with any port. */
export function isLoopbackHost(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase() ?? ""
  return name === "localhost" || name.endsWith(".localhost") || name === "[::1]" || /^127(\.\d{1,3}){3}$/.test(name)
}

function refusalText(code: RefusalCode): { status: number; body: string; headers: Record<string, string> } {
  const { status } = refusals[code]
  const headers = {
    "Content-Type": "application/json",
    ...(status === 503 ? { "Retry-After": String(retryAfter) } : {}),
  }
  return { status, body: JSON.stringify(refuse(code)), headers }
}

function refuseRequest(response: ServerResponse, code: RefusalCode): void {
  const { status, body, headers } = refusalText(code)
  response.writeHead(status, { ...headers, Connection: "close" }).end(body)
}

function refuseUpgrade(socket: Duplex, code: RefusalCode): void {
  const { status, body, headers } = refusalText(code)
  const lines = Object.entries({ ...headers, "Content-Length": String(Buffer.byteLength(body)), Connection: "close" })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  socket.on("error", () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`)
}

/** Makes the server; whoever has it lets it listen. */
export function openFront({ gateway, fetch, loopbackNamesOnly }: FrontParts): Front {
  let isDraining = false
  let unanswered = 0
  let onAnswered: (() => void) | undefined
  const listener = getRequestListener(fetch, { overrideGlobalObjects: false })

  const objection = ({ headers, url }: IncomingMessage): RefusalCode | undefined => {
    if (loopbackNamesOnly && !isLoopbackHost(headers.host)) return "host_not_allowed"
    if (isDraining && isGatewayPath(url) && isHandshake(url)) return "draining"
    return undefined
  }

  const server = createServer((request, response) => {
    const code = objection(request) ?? (isDraining && request.method === "POST" && !isGatewayPath(request.url) ? "draining" : undefined)
    if (code !== undefined) return refuseRequest(response, code)
    if (isGatewayPath(request.url)) return gateway.handleRequest(request, response)
    unanswered += 1
    response.once("close", () => {
      unanswered -= 1
      if (unanswered === 0) onAnswered?.()
    })
    void listener(request, response)
  })
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const code = objection(request) ?? (isGatewayPath(request.url) ? undefined : "not_found")
    if (code !== undefined) refuseUpgrade(socket, code)
    else gateway.handleUpgrade(request, socket, head)
  })

  return {
    server,
    stopTaking: () => (isDraining = true),
    answered: () => new Promise((resolve) => (unanswered === 0 ? resolve() : (onAnswered = resolve))),
  }
}
