/**
 * The node server in front of everything: sends each request and upgrade to whom it belongs, and answers what must be
 * answered before Engine.IO sees it, so that clients of Socket.IO come back later. It must not know what is said inside.
 */
import { once } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import type { AddressInfo, Server, Socket } from "node:net"
import type { Duplex } from "node:stream"
import { setTimeout as wait } from "node:timers/promises"
import { getRequestListener } from "@hono/node-server"
import { linkPath } from "@doorstream/contract"
import type { Later } from "../../core/allowance.js"
import type { Milliseconds } from "../../core/ports.js"
import { openCertificate, type CertificateFiles, type Tell } from "./certificate.js"
import { admit, openGate, sidOf, type GateParts, type GatewayBehind } from "./gate.js"
import { ignoreUpgrade, isWebSocketUpgrade } from "./ignore-upgrade.js"
import { isLoopbackName } from "./loopback.js"
import { makeServer } from "./make-server.js"
import { openOrigins } from "./origins.js"
import { openProtection } from "./protect.js"
import { refuseRequest, refuseUpgrade, type Objection } from "./refuse.js"

/** Where requests below /socket.io/ go. */
interface Gateway extends GatewayBehind {
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** Where cloud nodes' WebSockets go. */
interface LinkBehind {
  /** Why there can be no link for now. */
  meet(): Later | undefined
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

interface FrontParts extends GateParts {
  readonly gateway: Gateway
  readonly link: LinkBehind
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
  /** Resolves when every request for new work has been answered; one that listens may last for as long as it likes. */
  answered(): Promise<void>
  /** Lets what is still open end by itself for so long, in milliseconds, and then ends it. */
  close(within: Milliseconds): Promise<void>
}

const isForGateway = ({ url }: IncomingMessage): boolean => url?.startsWith("/socket.io/") === true

const isForLink = ({ url }: IncomingMessage): boolean => url?.split("?")[0] === linkPath

/** Seconds after which a server that drains may have been started again. */
const startedAgain = 2

/** Asks for new work are refused while draining; reading, and what belongs to an open connection, goes on. */
const asksForWork = (request: IncomingMessage): boolean =>
  isForGateway(request)
    ? sidOf(request) === undefined
    : /^(POST|PUT|PATCH|DELETE)$/.test(request.method ?? "") || isForLink(request)

/** So many may ask for a connection before one is taken: a crowd comes at once when its network is there again. */
const backlog = 4096

async function listenOn(server: Server, scheme: string, port: number, host: string): Promise<string> {
  server.listen(port, host, backlog)
  await once(server, "listening")
  const { address, family, port: taken } = server.address() as AddressInfo
  return `${scheme}://${family === "IPv6" ? `[${address}]` : address}:${taken}`
}

/** Ends a server. Node itself would leave WebSockets open, and so the process, for as long as their peers like. */
function openEnding(server: Server): Front["close"] {
  const sockets = new Set<Socket>()
  server.on("connection", (socket: Socket) => {
    // One whose offer of an upgrade was ignored comes again.
    if (sockets.has(socket)) return
    sockets.add(socket)
    socket.once("close", () => sockets.delete(socket))
  })
  return async (within) => {
    const closed = once(server, "close")
    server.close()
    // Clients open connections in advance; on those nothing was asked, so that Node does not take them for idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
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

/** What the front itself has to object, whoever asks. */
function judge(request: IncomingMessage, loopbackOnly: boolean, isDraining: boolean): Objection | undefined {
  if (loopbackOnly && !isLoopbackName(request.headers.host)) return { code: "host_not_allowed" }
  return isDraining && asksForWork(request) ? { code: "draining", retryAfter: startedAgain } : undefined
}

/** Node no longer listens for errors, and until the gateway does nobody would: one would end the process. */
const survive = (socket: Duplex): void => void socket.on("error", () => socket.destroy())

/** Hands upgrades to the gateway or to the node link, as far as nothing is objected to. */
function meetUpgrades(
  server: ReturnType<typeof makeServer>,
  parts: FrontParts,
  gate: ReturnType<typeof openGate>,
  objectionTo: (request: IncomingMessage) => Objection | undefined,
): void {
  const { gateway, link } = parts
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocketUpgrade(request)) return ignoreUpgrade(server, request, socket, head)
    survive(socket)
    const refuse = (objection: Objection): void => refuseUpgrade(socket, objection)
    if (isForLink(request)) {
      const letIn = (): void => link.handleUpgrade(request, socket, head)
      return admit(parts, request, objectionTo(request) ?? link.meet(), { over: socket, letIn, refuse })
    }
    if (!isForGateway(request)) return refuse(objectionTo(request) ?? { code: "not_found" })
    const letIn = (): void => gateway.handleUpgrade(request, socket, head)
    gate.enter(request, objectionTo(request), { over: socket, letIn, refuse })
  })
}

/** @throws Error with the code `certificate_unusable` */
export async function openFront(parts: FrontParts): Promise<Front> {
  const { gateway, fetch, loopbackNamesOnly, tls } = parts
  const certificate = tls && (await openCertificate(tls, parts.logger))
  const origins = openOrigins(parts.origins ?? [])
  // A browser would keep to TLS with everything else on the demo's machine, too.
  const protect = openProtection(tls !== undefined && !loopbackNamesOnly)
  const gate = openGate(parts, gateway)
  let isDraining = false
  const underWay = openCount()
  const app = getRequestListener(fetch, { overrideGlobalObjects: false })

  const objectionTo = (request: IncomingMessage) => judge(request, loopbackNamesOnly, isDraining)

  const server = makeServer(certificate, (request, response) => {
    protect(response)
    if (origins.meet(request, response)) return
    const refuse = (objection: Objection): void => refuseRequest(response, objection)
    if (isForGateway(request)) {
      const letIn = (): void => gateway.handleRequest(request, response)
      return gate.enter(request, objectionTo(request), { over: response, letIn, refuse })
    }
    const objection = gate.judge(request, objectionTo(request))
    if (objection !== undefined) return refuse(objection)
    if (asksForWork(request)) {
      underWay.begin()
      response.once("close", underWay.end)
    }
    void app(request, response)
  })
  meetUpgrades(server, parts, gate, objectionTo)

  return {
    listen: (port, host) => listenOn(server, tls === undefined ? "http" : "https", port, host),
    stopTaking: () => (isDraining = true),
    answered: underWay.settled,
    close: openEnding(server),
  }
}
