/**
 * What a connection has said and is yet to be heard: one thing after the other, with a turn for everybody else between
 * two, and no faster in the long run than it may speak. Whoever says more is read more slowly, and loses nothing. It
 * must not know what is said. PROTOCOL §13.
 */
import type { EventEmitter } from "node:events"
import type { IncomingMessage, ServerResponse } from "node:http"
import { setTimeout as wait } from "node:timers/promises"
import type { Socket as Connection, Transport } from "engine.io"
import type { Milliseconds } from "../../core/ports.js"
import type { Allowance } from "../allowance.js"

interface Packet {
  readonly type: string
}

/** What of Engine.IO's transports is not in their types; the library is pinned. */
interface Inside extends EventEmitter {
  readonly name: string
  /** Hears of each packet as it was read. */
  onPacket: (packet: Packet) => void
  /** A poll, or a request with packets. */
  onRequest: (request: Asked) => void
  onError: (message: string) => void
  readonly socket?: WebSocketInside
}

/** A request as Engine.IO passes it on. */
type Asked = IncomingMessage & { readonly res: ServerResponse }

interface WebSocketInside extends EventEmitter {
  pause(): void
  resume(): void
  terminate(): void
  readonly bufferedAmount: number
}

/** And of its connections. */
interface ConnectionInside {
  readonly protocol: number
  readonly writeBuffer: readonly unknown[]
  /** Runs while a sign of life is waited for. */
  readonly pingTimeoutTimer: unknown
}

/** How much is kept to be heard in turn. Of what came in one piece, what is beyond is heard without turns. */
const mostWaiting = 1024

/** How long a connection is left unread before it is looked after. */
const look: Milliseconds = 1000

/** A peer that speaks on and on and takes none of what is sent is let go of at so many packets. */
const endureUntaken = 32_768

/** And at so many pings of its WebSocket, each of which the library answers, since all of that was taken. */
const enduredPings = 1024

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Somebody who wants to know that the peer is there. */
export interface Watcher {
  /** Hears of each heartbeat that the peer has sent, before it is answered. */
  alive(): void
  /** Hears of each poll, before it is. */
  polled(): void
}

interface InboxParts {
  readonly allowance: Allowance
  /** Hears of each time that a connection is left unread for a while. */
  readonly paced: () => void
  /** Hears of each message that was larger than it may be; the library refuses it. */
  readonly tooLarge: () => void
  /** How often Engine.IO must have a sign of life, at the least. */
  readonly lifeEvery: Milliseconds
}

export class Inbox {
  readonly #parts: InboxParts
  #watcher: Watcher | undefined
  #connection: Connection | undefined
  readonly #waiting: [transport: Inside, packet: Packet][] = []
  /** By which something came last. */
  #last: Inside | undefined
  #isHearing = false
  /** What was heard last is still being dealt with. */
  #busy: Promise<unknown> | undefined
  /** A request with packets that is not read yet. */
  #held: (() => void) | undefined
  readonly #paused = new Set<WebSocketInside>()
  #pings = 0
  #lifeAt = 0

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** Takes what comes by this transport, which is the connection's or may become it. */
  adopt(transport: Transport): void {
    const inside = transport as unknown as Inside
    inside.onPacket = (packet) => this.#take(inside, packet)
    if (inside.socket === undefined) this.#adoptPolling(inside)
    else {
      inside.socket.on("ping", () => this.#countPing(inside))
      inside.socket.on("error", ({ code }: { readonly code?: string }) => {
        if (code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") this.#parts.tooLarge()
      })
    }
  }

  #adoptPolling(inside: Inside): void {
    const onRequest = inside.onRequest.bind(inside)
    inside.onRequest = (request) => {
      if (request.method === "GET") this.#watcher?.polled()
      if (request.method !== "POST") return onRequest(request)
      const { res } = request
      res.once("finish", () => {
        if (res.statusCode === 413) this.#parts.tooLarge()
      })
      this.#handIn(() => (request.destroyed ? inside.onError("the request broke off") : onRequest(request)))
    }
  }

  /** The connection has begun. */
  open(connection: Connection): void {
    this.#connection = connection
    connection.once("close", () => this.#end())
  }

  watch(watcher: Watcher): void {
    this.#watcher = watcher
  }

  unwatch(watcher: Watcher): void {
    if (this.#watcher === watcher) this.#watcher = undefined
  }

  /** Nothing more is heard until this is settled. It must not reject. */
  after(work: Promise<unknown>): void {
    this.#busy = work
  }

  #take(transport: Inside, packet: Packet): void {
    this.#waiting.push([transport, packet])
    // What cannot be read ends the connection: there is nothing to take turns for.
    if (packet.type === "error") return this.#hearAll()
    if (!this.#isHearing) return void this.#hear()
    // At once: Node reads on and on, for as long as there is something and nobody says stop.
    this.#pause(transport)
    if (this.#waiting.length > mostWaiting) this.#hearNext()
  }

  /** The library has answered by now. */
  #countPing(transport: Inside): void {
    const { socket } = transport
    this.#last = transport
    this.#pings = socket?.bufferedAmount === 0 ? 0 : this.#pings + 1
    if (this.#pings >= enduredPings) return socket?.terminate()
    this.#parts.allowance.spend()
    if (!this.#isHearing) void this.#hear()
  }

  #hearNext(): void {
    const [transport, packet] = this.#waiting.shift()!
    this.#last = transport
    this.#parts.allowance.spend()
    if (this.#watcher !== undefined) this.#watch(transport, packet)
    transport.emit("packet", packet)
    const inside = this.#connection as unknown as ConnectionInside | undefined
    if (inside !== undefined && inside.writeBuffer.length >= endureUntaken) this.#connection?.close(true)
  }

  /** The heartbeat of a transport that is only being probed proves nothing of this one's. */
  #watch(transport: Inside, { type }: Packet): void {
    const { transport: own, readyState } = this.#connection!
    const isOwn = (own as unknown) === transport && readyState === "open"
    if (isOwn && (type === "ping" || type === "pong")) this.#watcher?.alive()
  }

  #hearAll(): void {
    while (this.#waiting.length > 0) this.#hearNext()
  }

  /** Hears what waits, and leaves the connection unread until it may speak again. The first is heard at once. */
  async #hear(): Promise<void> {
    this.#isHearing = true
    let isPaced = false
    for (;;) {
      if (this.#waiting.length > 0) {
        this.#hearNext()
        await othersTurn()
        if (this.#busy !== undefined) this.#pause(this.#last)
        await this.#busy
        this.#busy = undefined
        continue
      }
      const owed = this.#connection?.readyState === "open" ? this.#parts.allowance.wait() : 0
      if (owed <= 0) break
      if (!isPaced) this.#parts.paced()
      isPaced = true
      this.#pause(this.#last)
      this.#showLife()
      await wait(Math.min(owed, look, this.#parts.lifeEvery), undefined, { ref: false })
    }
    this.#isHearing = false
    this.#resume()
  }

  #pause(transport: Inside | undefined): void {
    const socket = transport?.socket
    if (socket === undefined || this.#paused.has(socket)) return
    socket.pause()
    this.#paused.add(socket)
  }

  #resume(): void {
    for (const socket of this.#paused) socket.resume()
    this.#paused.clear()
    const handIn = this.#held
    this.#held = undefined
    handIn?.()
  }

  #handIn(request: () => void): void {
    if (!this.#isHearing) return request()
    if (this.#held === undefined) this.#held = request
    else {
      // Two at once are against the protocol, and it is Engine.IO that says so.
      this.#resume()
      request()
    }
  }

  /** A sign of life may stand behind what is not read: the connection is not to be ended for want of it. */
  #showLife(): void {
    if (this.#paused.size === 0 && this.#held === undefined) return
    const connection = this.#connection!
    const { protocol, pingTimeoutTimer } = connection as unknown as ConnectionInside
    const at = performance.now()
    if (pingTimeoutTimer === null || at - this.#lifeAt < this.#parts.lifeEvery) return
    this.#lifeAt = at
    connection.transport.emit("packet", { type: protocol === 3 ? "ping" : "pong" })
  }

  #end(): void {
    this.#waiting.length = 0
    this.#resume()
  }
}
