/**
 * One WebSocket of the node link: JSON in and out, given up where nothing is heard for too long. It must not know what is
 * said on it. PROTOCOL §16.1, §16.11.
 */
import { linkPath, type NodeMessage, type ServerMessage } from "@doorstream/contract"
import { WebSocket } from "ws"

export interface LinkEnd {
  readonly closeCode: number
  readonly reason: string
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined
}

export interface LinkSocketOptions {
  /** The server's address, http or https. */
  readonly url: string
  readonly hear: (message: ServerMessage) => void
  /** Called once. */
  readonly ended: (end: LinkEnd) => void
  /** So long nothing may be heard, in milliseconds. */
  readonly silence: number
}

/** How long the other side may take to say goodbye, in milliseconds. */
const goodbye = 1_000

export class LinkSocket {
  readonly #socket: WebSocket
  readonly #options: LinkSocketOptions
  #silence: number
  #timer: NodeJS.Timeout | undefined
  #retryAfter: number | undefined

  constructor(options: LinkSocketOptions) {
    this.#options = options
    this.#silence = options.silence
    const socket = new WebSocket(options.url.replace(/^http/, "ws").replace(/\/+$/, "") + linkPath)
    this.#socket = socket
    socket.on("message", (data: Buffer) => this.#heard(data))
    socket.on("ping", () => this.#wait())
    // What went wrong is followed by a close.
    socket.on("error", () => undefined)
    socket.on("unexpected-response", (_, { headers }) => {
      const seconds = Number(headers["retry-after"] ?? NaN)
      this.#retryAfter = seconds >= 0 ? seconds * 1_000 : undefined
      socket.terminate()
    })
    socket.once("close", (closeCode: number, reason: Buffer) => {
      clearTimeout(this.#timer)
      options.ended({ closeCode, reason: reason.toString(), retryAfter: this.#retryAfter })
    })
    this.#wait()
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN
  }

  say(message: NodeMessage): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message))
  }

  /** @param silence in milliseconds */
  bear(silence: number): void {
    this.#silence = silence
    this.#wait()
  }

  /** Says goodbye. */
  close(): void {
    this.#socket.close()
    // A server that says nothing keeps nobody waiting.
    this.bear(goodbye)
  }

  /** Goes as a cut cable does, without a word. */
  cut(): void {
    this.#socket.terminate()
  }

  #heard(data: Buffer): void {
    this.#wait()
    this.#options.hear(JSON.parse(data.toString("utf8")) as ServerMessage)
  }

  #wait(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.cut(), this.#silence)
  }
}
