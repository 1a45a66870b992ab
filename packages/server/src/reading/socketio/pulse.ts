/**
 * Has the peer of a connection show that it is there: a WebSocket's ping is answered by every peer's library, and a poll
 * that is answered is followed by another. It must not know why that is asked. PROTOCOL §25.
 */
import type { EventEmitter } from "node:events"
import type { Socket as Connection } from "engine.io"
import type { Milliseconds } from "../../core/ports.js"

/** What of Engine.IO is not in its types; the library is pinned. */
interface Inside {
  readonly transport: { readonly writable: boolean; readonly socket?: PingedSocket }
  sendPacket(type: "noop"): void
}

interface PingedSocket extends EventEmitter {
  ping(): void
}

export class Pulse {
  readonly #connection: Connection
  readonly #now: () => Milliseconds
  #pinged: PingedSocket | undefined
  #heardAt: Milliseconds
  /** How often it was looked since it was asked; undefined where it has answered. */
  #looks: number | undefined

  constructor(connection: Connection, now: () => Milliseconds) {
    this.#connection = connection
    this.#now = now
    this.#heardAt = now()
  }

  /** A sign of life has come. */
  readonly heard = (): void => {
    this.#heardAt = this.#now()
    this.#looks = undefined
  }

  /**
   * To be called again and again. Asks, where the last sign of life is longer ago than this.
   *
   * @returns when the peer was heard last, where it was asked and does not answer; else null
   */
  look(every: Milliseconds): Milliseconds | null {
    if (this.#looks === undefined) {
      if (this.#now() - this.#heardAt >= every) this.#ask()
      return null
    }
    this.#looks += 1
    // An answer may lie unread because this process was held up: by the second look it was read.
    return this.#looks > 1 ? this.#heardAt : null
  }

  #ask(): void {
    this.#looks = 0
    const { transport } = this.#connection as unknown as Inside
    const { socket, writable } = transport
    if (socket !== undefined) this.#ping(socket)
    else if (writable) (this.#connection as unknown as Inside).sendPacket("noop")
  }

  #ping(socket: PingedSocket): void {
    if (this.#pinged !== socket) socket.on("pong", this.heard)
    this.#pinged = socket
    socket.ping()
  }

  stop(): void {
    this.#pinged?.off("pong", this.heard)
  }
}
