/**
 * Has a peer of Engine.IO 3 show that it has read as far as a mark: by the pong of its WebSocket, or by the poll after the
 * one that took the mark along. It must not know what is marked. PROTOCOL §20.22.
 */
import type { EventEmitter } from "node:events"
import type { Socket as Connection } from "engine.io"

/** What of Engine.IO is not in its types; the library is pinned. */
interface Inside {
  readonly writeBuffer: readonly unknown[]
  readonly transport: { readonly writable: boolean; readonly socket?: PingedSocket }
}

interface PingedSocket extends EventEmitter {
  ping(data: string): void
}

export class Echoes {
  readonly #connection: Connection
  readonly #inside: Inside
  readonly #shown: (number: number) => void
  #pinged: PingedSocket | undefined
  /** To be asked for when Engine.IO has handed on what it holds. */
  #held: number | undefined
  #waited: { readonly number: number; polls: number } | undefined

  /** @param shown hears the number of each mark that was read */
  constructor(connection: Connection, shown: (number: number) => void) {
    this.#connection = connection
    this.#inside = connection as unknown as Inside
    this.#shown = shown
    connection.on("upgrade", this.#upgraded)
    connection.on("drain", this.#flushed)
  }

  /** What was sent so far is to be shown as read, under this number. */
  ask(number: number): void {
    const { socket, writable } = this.#inside.transport
    this.#waited = undefined
    if (socket !== undefined) this.#ping(socket, number)
    // The poll that is open takes it along, and the next one shows that it was read; else there is one more to come.
    else this.#waited = { number, polls: writable ? 1 : 2 }
  }

  /** A WebSocket's ping is answered by every peer's library, in its turn. */
  #ping(socket: PingedSocket, number: number): void {
    // What Engine.IO has not handed on yet would come after it.
    if (this.#inside.writeBuffer.length > 0) return void (this.#held = number)
    if (this.#pinged !== socket) socket.on("pong", this.#hearPong)
    this.#pinged = socket
    socket.ping(String(number))
  }

  /** A poll has come, and is not heard yet. */
  polled(): void {
    const waited = this.#waited
    if (waited === undefined) return
    waited.polls -= 1
    if (waited.polls > 0) return
    this.#waited = undefined
    this.#shown(waited.number)
  }

  stop(): void {
    this.#connection.off("upgrade", this.#upgraded)
    this.#connection.off("drain", this.#flushed)
    this.#pinged?.off("pong", this.#hearPong)
  }

  readonly #hearPong = (data: Buffer): void => {
    // Others ping as well, and name no mark.
    if (data.length > 0) this.#shown(Number(data.toString()))
  }

  readonly #flushed = (): void => {
    if (this.#held === undefined) return
    const number = this.#held
    this.#held = undefined
    this.ask(number)
  }

  readonly #upgraded = (): void => {
    if (this.#waited !== undefined) this.ask(this.#waited.number)
  }
}
