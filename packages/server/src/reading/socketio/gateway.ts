/**
 * Socket.IO in front of the reading room: clients of versions 2 to 4 and raw Engine.IO, over WebSocket and polling.
 * It must not know HTTP routes other than its own. PROTOCOL §1 and §2.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { ServerOptions, Socket as Connection } from "engine.io"
import { Server, type Socket } from "socket.io"
import type { Connected as Shown, ListenerStanding } from "../../core/connected.js"
import type { Later, Places } from "../../core/allowance.js"
import type { Hearing } from "../../core/inspecting.js"
import type { Milliseconds, VerifySystemToken } from "../../core/ports.js"
import type { RequiredListener, Seen } from "../../core/required.js"
import type { Names } from "../../core/names.js"
import { openAllowance } from "../allowance.js"
import type { Ended } from "../ended.js"
import { heardBy } from "../hearing.js"
import { Listener } from "../listener.js"
import type { Reading } from "../reading.js"
import { openAdmission, type Admission, type Admitted } from "./admission.js"
import { converse } from "./conversation.js"
import { drainListeners, type Connected } from "./drain.js"
import { meet } from "./entrance.js"
import { Fates, type About, type Fate } from "./fates.js"
import { Inbox } from "./inbox.js"
import { openNaming } from "./naming.js"
import { OpenEngine } from "./open-engine.js"
import { SocketFoot } from "./socket-foot.js"

export interface GatewaySettings {
  /** Engine.IO 4: how often the server pings; Engine.IO 3 adds it to the timeout. */
  readonly pingInterval: Milliseconds
  readonly pingTimeout: Milliseconds
  /** The largest message that a listener may send, in bytes. */
  readonly messageSize: number
  readonly places: Places
  readonly names: Names
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** A number that no connection had since the server was started. */
  readonly number: () => number
  /** Hears of each connection when it has ended. */
  readonly told: (fate: Fate) => void
  readonly ended: Pick<Ended, "remember">
}

export interface Gateway extends Shown {
  /** Whether an open connection has this sid. */
  isOpen(sid: string): boolean
  /** Looks at who asks for a connection; answers why there can be none for now. Never rejects. */
  meet(request: IncomingMessage): Promise<Later | undefined>
  handleRequest(request: IncomingMessage, response: ServerResponse): void
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Looks at a listener with a name, and has it show that it is there; undefined where it is not connected. */
  see(required: RequiredListener): Seen | undefined
  listeners(): { readonly atTail: number; readonly behind: number }
  /** Ends every connection, after what is owed to it went out or the deadline passed. */
  drain(deadline: Milliseconds): Promise<void>
}

/** How long a refused client has to read why, before its connection is closed. */
const readRefusal: Milliseconds = 250

/** A refusal in the form that Socket.IO passes on: `connect_error` with `data`, or version 2's `error`. */
const refusalError = (refusal: Refusal): Error => Object.assign(new Error(refusal.message), { data: refusal })

function makeEngine(settings: GatewaySettings, admission: Admission, { fault, meter, ...reading }: Reading) {
  const openInbox = (): Inbox =>
    new Inbox({
      allowance: openAllowance(reading.messagesPerSecond, reading.now),
      paced: () => (meter.hits.messagesPerSecond += 1),
      tooLarge: () => (meter.hits.messageSize += 1),
      lifeEvery: settings.pingTimeout / 4,
    })
  const options: ServerOptions = {
    transports: ["polling", "websocket"],
    allowEIO3: true,
    pingInterval: settings.pingInterval,
    pingTimeout: settings.pingTimeout,
    maxHttpBufferSize: settings.messageSize,
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest: (request, answer) => {
      admission.meetHandshake(request).then(
        () => answer(null, true),
        (error: unknown) => {
          fault(error, "verifying a handshake")
          answer("The token could not be verified.", false)
        },
      )
    },
  }
  return new OpenEngine(options, openInbox)
}

interface Guarding {
  readonly places: Places
  readonly fault: Reading["fault"]
  readonly fates: Fates
  readonly objectionTo: Reading["objectionTo"]
}

/** Asks for the verdict on each connection: without waiting where the URL carried a token, which old clients need. */
function guard(io: Server, admission: Admission, { places, fault, fates, objectionTo }: Guarding): void {
  io.use((socket, next) => {
    const { request } = socket.conn
    const pass = (judged: Admitted | Refusal): void => {
      // Between the handshake and CONNECT it may have been revoked.
      const verdict = isRefusal(judged) ? judged : (objectionTo(judged.token) ?? judged)
      if (!isRefusal(verdict)) {
        // Clients come back from a close, and would not from a refusal.
        const later = places.takeAs(request, verdict.token.clientId)
        if (later !== undefined) {
          fates.refuse(socket.conn, later.code)
          return socket.conn.close()
        }
        socket.data = verdict
        return next()
      }
      fates.refuse(socket.conn, verdict.code)
      next(refusalError(verdict))
      setTimeout(() => socket.conn.close(), readRefusal)
    }
    const verdict = admission.verdictOn(request)
    if (verdict !== undefined) return pass(verdict)
    // Socket.IO 3 and 4 send `auth` at CONNECT and wait for the answer. Version 2 has nothing more to say.
    if ((socket.conn as { protocol?: number }).protocol === 3) return pass(refuse("token_missing"))
    const { token, systemId, listener = socket.handshake.query["listener"] } = socket.handshake.auth
    admission.judge({ token, systemId, listener }).then(pass, (error: unknown) => {
      fault(error, "verifying a token at CONNECT")
      pass(refuse("fault"))
    })
  })
}

/** Socket.IO over the engine, with its guard. */
function openIo(engine: OpenEngine, admission: Admission, connectTimeout: Milliseconds, guarding: Guarding) {
  const io = new Server({ serveClient: false, connectTimeout })
  io.bind(engine)
  guard(io, admission, guarding)
  return io
}

/** Makes a listener of a socket that was let in. */
function begin(
  socket: Socket,
  reading: Reading,
  verify: VerifySystemToken,
  inbox: Inbox | undefined,
): Connected {
  const { token, tail, name } = socket.data as Admitted
  const foot = new SocketFoot(socket, reading.meter.delivered, tail.epoch)
  const listener = new Listener(reading, tail, foot, token)
  socket.on("disconnect", () => listener.close())
  converse(socket, listener, { foot, verify, now: reading.now, after: (work) => inbox?.after(work) })
  return { listener, foot, token, name, connection: socket.conn }
}

const standingOf = ({ listener, token, name, connection }: Connected, fates: Fates): ListenerStanding => ({
  connection: fates.numberOf(connection),
  client: token.clientId,
  ...(name === undefined ? {} : { name }),
  ...listener.standing,
})

const hearingOf = ({ listener, token, name, connection }: Connected, about: About): Hearing => ({
  ...about,
  client: token.clientId,
  ...(name === undefined ? {} : { name }),
  system: token.systemId,
  transport: connection.transport.name,
  ended: null,
  ...heardBy(listener),
})

const hearingsIn = (system: string, connected: ReadonlySet<Connected>, fates: Fates): readonly Hearing[] =>
  [...connected]
    .filter(({ token }) => token.systemId === system)
    .map((each) => hearingOf(each, fates.about(each.connection)))

interface Counting {
  readonly connected: Set<Connected>
  readonly fates: Fates
  readonly ended: GatewaySettings["ended"]
  readonly now: () => Milliseconds
}

/** It is one of those who are connected until it is gone, and is remembered for a while after that. */
function count(begun: Connected, socket: Socket, { connected, fates, ended, now }: Counting): void {
  const about = fates.about(socket.conn)
  connected.add(begun)
  socket.on("disconnect", () => {
    connected.delete(begun)
    ended.remember({ ...hearingOf(begun, about), ended: now() })
  })
  fates.admit(socket.conn, begun.token, () => begun.foot.sent)
}

function endRevoked(connected: ReadonlySet<Connected>, { objectionTo }: Reading, fates: Fates): void {
  for (const { listener, connection } of connected) {
    const objection = objectionTo(listener.token)
    if (objection === undefined) continue
    fates.refuse(connection, objection.code)
    listener.end(objection)
  }
}

const countListeners = (connected: ReadonlySet<Connected>): ReturnType<Gateway["listeners"]> => {
  const behind = [...connected].filter(({ listener }) => listener.isBehind).length
  return { atTail: connected.size - behind, behind }
}

/** Opens the gateway over a reading room. Requests and upgrades below /socket.io/ are to be handed to it. */
export function openGateway(reading: Reading, verify: VerifySystemToken, settings: GatewaySettings): Gateway {
  const { places } = settings
  const admission = openAdmission(verify, reading.tailOf)
  const engine = makeEngine(settings, admission, reading)
  const fates = new Fates(settings, reading.meter, reading.now)
  engine.on("connection", (conn: Connection) => {
    conn.once("close", places.hold(conn.request))
    fates.begin(conn)
  })
  const io = openIo(engine, admission, settings.pingTimeout, { ...reading, places, fates })

  const naming = openNaming(settings.names)
  const connected = new Set<Connected>()
  io.on("connection", (socket: Socket) => {
    const inbox = engine.inboxOf(socket.conn)
    const begun = begin(socket, reading, verify, inbox)
    if (inbox !== undefined) begun.heartbeats = naming.give(begun, socket, inbox)
    count(begun, socket, { connected, fates, ended: settings.ended, now: reading.now })
    endRevoked(new Set([begun]), reading, fates)
  })

  return {
    isOpen: (sid) => engine.isOpen(sid),
    meet: (request) => meet(request, admission, places, reading.fault),
    handleRequest: (request, response) => engine.handleRequest(request, response),
    handleUpgrade: (request, socket, head) => engine.handleUpgrade(request, socket, head),
    connections: () => fates.open(),
    standings: () => [...connected].map((each) => standingOf(each, fates)),
    hearings: (system) => hearingsIn(system, connected, fates),
    endRevoked: () => endRevoked(connected, reading, fates),
    review: () => connected.forEach(({ listener }) => listener.review()),
    see: (required) => naming.see(required),
    listeners: () => countListeners(connected),
    drain: async (deadline) => {
      await drainListeners(connected, engine, deadline)
      await io.close()
    },
  }
}
