/**
 * The WebSocket of a node link: text frames in order, a sign of life now and then, and bounds on what waits in memory.
 * It must not know what is said.
 */
import type { ServerMessage } from "@doorstream/contract"
import type { WebSocket } from "ws"
import type { Milliseconds } from "../core/ports.js"

export interface WireHears {
  /** A text frame; undefined stands for a binary one. */
  readonly said: (text: string | undefined) => void
  /** Nothing was heard for too long. */
  readonly silent: () => void
  /** More waits to be read by the other side than an honest one ever leaves. */
  readonly unread: () => void
  readonly closed: (closeCode: number) => void
}

/** More than all answers to a whole window of reports that are refused one by one. */
const mostUnread = 1024 * 1024

/** How long the other side has to answer a close. */
const closeWithin: Milliseconds = 1000

/** A sign of life is asked for so many times within the silence. */
const signs = 3

export class Wire {
  readonly #socket: WebSocket
  readonly #hears: WireHears
  readonly #clock: () => Milliseconds
  readonly #looking: NodeJS.Timeout
  #heard: Milliseconds
  #isClosing = false

  constructor(socket: WebSocket, hears: WireHears, clock: () => Milliseconds, silence: Milliseconds) {
    this.#socket = socket
    this.#hears = hears
    this.#clock = clock
    this.#heard = clock()
    const hear = (): void => void (this.#heard = clock())
    socket.on("ping", hear)
    socket.on("pong", hear)
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      hear()
      if (!this.#isClosing) hears.said(isBinary ? undefined : data.toString("utf8"))
    })
    // The close that follows tells what is wrong with a frame.
    socket.on("error", () => this.#giveUp())
    socket.once("close", (closeCode: number) => {
      clearInterval(this.#looking)
      hears.closed(closeCode)
    })
    this.#looking = setInterval(() => this.#look(silence), silence / signs)
  }

  /** When the other side was last heard. */
  get heard(): Milliseconds {
    return this.#heard
  }

  send(message: ServerMessage): void {
    if (this.#isClosing) return
    this.#socket.send(JSON.stringify(message))
    if (this.#socket.bufferedAmount > mostUnread) this.#hears.unread()
  }

  /** Reads nothing more until `resume`. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#heard = this.#clock()
    this.#socket.resume()
  }

  close(closeCode: number, reason: string): void {
    // What is not read cannot bring the answer to the close.
    this.#socket.resume()
    this.#socket.close(closeCode, reason)
    this.#giveUp()
  }

  #giveUp(): void {
    this.#isClosing = true
    setTimeout(() => this.#socket.terminate(), closeWithin).unref()
  }

  #look(silence: Milliseconds): void {
    // While it is not read it cannot be heard.
    if (this.#socket.isPaused || this.#isClosing) return
    if (this.#clock() - this.#heard >= silence) return this.#hears.silent()
    this.#socket.ping()
  }
}
