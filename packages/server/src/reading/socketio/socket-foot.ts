/** The foot of a listener on Socket.IO, over WebSocket or polling, Engine.IO 3 or 4. It must not know sessions. */
import type { Socket } from "socket.io"
import type { Meter } from "../../core/meter.js"
import type { Foot } from "../foot.js"
import type { Outgoing } from "../outgoing.js"

/**
 * How many events may wait for a peer before it counts as congested. Enough for a polling client between two of its
 * polls; an event is some hundred bytes.
 */
const mostWaiting = 256

/**
 * How many other messages may: they are small, and cannot be read again. More than the log ever tells of at once, so
 * that a peer with a lapsed token that keeps up hears `invalidToken` in the place of each event.
 */
const mostSaid = 8192

export class SocketFoot implements Foot {
  readonly #socket: Socket
  readonly #delivered: Meter["delivered"]
  /** How many events were sent. */
  sent = 0
  /** Events that Engine.IO keeps because the transport is not done with those before. */
  #waiting = 0
  /** Other messages that it keeps. */
  #said = 0
  #isGone = false
  #onDrained: (() => void)[] = []

  constructor(socket: Socket, delivered: Meter["delivered"]) {
    this.#socket = socket
    this.#delivered = delivered
    socket.conn.on("drain", () => this.#settle())
    socket.conn.on("close", () => {
      this.#isGone = true
      this.#settle()
    })
  }

  #settle(): void {
    this.#waiting = 0
    this.#said = 0
    if (this.#onDrained.length === 0) return
    const resolves = this.#onDrained
    this.#onDrained = []
    for (const resolve of resolves) resolve()
  }

  /** Past Socket.IO's own emit: the packet and its frame are built already, once for all listeners. */
  send(event: Outgoing): void {
    // Counted first: an idle transport takes the event and says "drain" before `write` returns.
    this.#waiting += 1
    this.sent += 1
    this.#delivered[event.topic] += 1
    this.#socket.conn.write(event.packet, event.options)
  }

  say(name: string, body: object): void {
    this.#said += 1
    this.#socket.emit(name, body)
  }

  congested(): boolean {
    return this.#waiting >= mostWaiting || this.#said >= mostSaid
  }

  /** Nothing waits any more, and the peer could be told more at once: by a WebSocket, or on a poll that is open. */
  isDrained(): boolean {
    return this.#waiting + this.#said === 0 && this.#socket.conn.transport.writable
  }

  drained(): Promise<void> {
    if (this.isDrained() || this.#isGone) return Promise.resolve()
    return new Promise((resolve) => this.#onDrained.push(resolve))
  }

  close(): void {
    this.#socket.conn.close()
  }
}
