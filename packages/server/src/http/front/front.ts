/**
 * The node server in front of everything: sends each request and upgrade to whom it belongs, and answers what must be
 * answered before Engine.IO sees it, so that clients of Socket.IO come back later. It must not know what is said inside.
 */
import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo, Server, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { setTimeout as wait } from "node:timers/promises"
import type { RefusalCode } from "@doorstream/contract"
import { getRequestListener } from "@hono/node-server"
import type { Milliseconds } from "../../core/ports.js"
import { openCertificate, type CertificateFiles, type Tell } from "./certificate.js"
import { makeServer } from "./make-server.js"
import { openOrigins } from "./origins.js"
import { ignoreUpgrade, isWebSocketUpgrade } from "./ignore-upgrade.js"
import { refuseRequest, refuseUpgrade } from "./refuse.js"

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
  /** With a certificate the server speaks TLS. */
  readonly tls?: CertificateFiles
  readonly logger: Tell
  /** The origins whose pages may read what is answered. */
  readonly origins?: readonly string[]
}

export interface Front {
  /** Resolves with the address, without a slash at its end; port 0 takes a free one. */
  listen(port: number, host: string): Promise<string>
  /** From now on new connections and whatever is posted are refused `draining`. */
  stopTaking(): void
  /** Resolves when every request that is not the gateway's has been answered. */
  answered(): Promise<void>
  /** Lets what is still open end by itself for so long, in milliseconds, and then ends it. */
  close(within: Milliseconds): Promise<void>
}

const isForGateway = ({ url }: IncomingMessage): boolean => url?.startsWith("/socket.io/") === true

/** Whether a request of the gateway's opens a connection; those with a `sid` belong to one that is open. */
const isHandshake = ({ url }: IncomingMessage): boolean =>
  !new URLSearchParams(url?.slice(url.indexOf("?") + 1)).getAll("sid").at(-1)

/** Whether a Host header names this machine by loopback: localhost, 127.0.0.0/8 or ::1, with any port. */
function isLoopbackName(host: string | undefined): boolean {
  const name = host?.replace(/:\d+$/, "").toLowerCase() ?? ""
  return (
    name === "localhost" ||
    name.endsWith(".localhost") ||
    name === "[::1]" ||
    /^127(\.\d{1,3}){3}$/.test(name)
  )
}

/** Asks for new work are refused while draining; reading, and what belongs to an open connection, goes on. */
const asksForWork = (request: IncomingMessage): boolean =>
  isForGateway(request) ? isHandshake(request) : request.method === "POST"

async function listenOn(server: Server, scheme: string, port: number, host: string): Promise<string> {
  server.listen(port, host)
  await once(server, "listening")
  const { address, family, port: taken } = server.address() as AddressInfo
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${taken}`
}

/** Ends a server. Node itself would leave WebSockets open, and so the process, for as long as their peers like. */
function openEnding(server: Server): Front["close"] {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return async (within) => {
    const closed = once(server, "close")
    server.close()
    await Promise.race([closed, wait(within, undefined, { ref: false })])
    for (const socket of sockets) socket.destroy()
  }
}

/** Counts what is under way, and tells when nothing is. */
function openCount() {
  let count = 0
  let settle: (() => void) | undefined
  return {
    begin: (): void => void (count += 1),
    end: (): void => {
      count -= 1
      if (count === 0) settle?.()
    },
    settled: (): Promise<void> => new Promise((resolve) => (count === 0 ? resolve() : (settle = resolve))),
  }
}

/** @throws Error with the code `certificate_unusable` */
export async function openFront(parts: FrontParts): Promise<Front> {
  const { gateway, fetch, loopbackNamesOnly, tls } = parts
  const certificate = tls && (await openCertificate(tls, parts.logger))
  const origins = openOrigins(parts.origins ?? [])
  let isDraining = false
  const underWay = openCount()
  const app = getRequestListener(fetch, { overrideGlobalObjects: false })

  const objectionTo = (request: IncomingMessage): RefusalCode | undefined => {
    if (loopbackNamesOnly && !isLoopbackName(request.headers.host)) return "host_not_allowed"
    return isDraining && asksForWork(request) ? "draining" : undefined
  }

  const server = makeServer(certificate, (request, response) => {
    if (origins.meet(request, response)) return
    const objection = objectionTo(request)
    if (objection !== undefined) return refuseRequest(response, objection)
    if (isForGateway(request)) return gateway.handleRequest(request, response)
    underWay.begin()
    response.once("close", underWay.end)
    void app(request, response)
  })
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocketUpgrade(request)) return ignoreUpgrade(server, request, socket, head)
    const objection = objectionTo(request) ?? (isForGateway(request) ? undefined : "not_found")
    if (objection !== undefined) refuseUpgrade(socket, objection)
    else gateway.handleUpgrade(request, socket, head)
  })

  return {
    listen: (port, host) => listenOn(server, tls === undefined ? "http" : "https", port, host),
    stopTaking: () => (isDraining = true),
    answered: underWay.settled,
    close: openEnding(server),
  }
}
