/**
 * The cloud node's side of the node link, as PROTOCOL §16 has it: proves its key, sends what it has as far as it has
 * credits, keeps each report until it was answered, and comes back after a cut. It must not know what is reported.
 */
import { createHash, createHmac } from "node:crypto"
import { linkPath, linkVersions, proofText, type RefusalCode, type ServerMessage } from "@doorstream/contract"
import { WebSocket } from "ws"

interface Reported {
  readonly id: string
}

export interface NodeClientOptions {
  /** The server's address, http or https, without a slash at its end. */
  readonly url: string
  readonly serialNumber: string
  /** Keys that may be good, the newest first. */
  readonly keys: readonly string[]
  /** Keeps these keys for the next start; a new one is used only when that has resolved. */
  readonly keep?: (keys: readonly string[]) => Promise<void>
  readonly onAnswer?: (answer: Extract<ServerMessage, { type: "acknowledged" }>) => void
  /** Hears of each link that has ended, by its close code and reason. */
  readonly onEnd?: (closeCode: number, reason: string) => void
  /** Called with the welcome of each link. */
  readonly onWelcome?: () => void
  /** Milliseconds until it comes back: from this to twice as much at first, and at most. */
  readonly pauses?: { readonly first: number; readonly most: number }
}

/** Leaves room in a frame of 64 KiB for what stands around the reports. */
const frameBytes = 60_000

/** After a link that another one has taken over. */
const afterReplaced = 60_000

export class NodeClient {
  readonly #options: NodeClientOptions
  readonly #pauses: { readonly first: number; readonly most: number }
  #keys: readonly string[]
  #socket: WebSocket | undefined
  #timer: NodeJS.Timeout | undefined
  #pending: Reported[] = []
  /** How many reports stand in each frame that is not answered yet: the first of those that are pending. */
  #underWay: number[] = []
  #sent = 0
  #credits = 0
  #nonce = ""
  #failures = 0
  #isClosed = false
  #rotating: (() => void) | undefined
  #settled: (() => void)[] = []

  constructor(options: NodeClientOptions) {
    this.#options = options
    this.#pauses = options.pauses ?? { first: 1000, most: 15_000 }
    this.#keys = options.keys
    this.#connect()
  }

  /** Takes reports to be sent after those before. */
  send(reports: readonly Reported[]): void {
    this.#pending.push(...reports)
    this.#pump()
  }

  /** Resolves once every report was answered. */
  async settle(): Promise<void> {
    if (this.#pending.length > 0) await new Promise<void>((resolve) => this.#settled.push(resolve))
  }

  /** Asks for a new key, and resolves when the old one is good no more. The link must be open. */
  async rotateKey(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#rotating = resolve
      this.#say({ type: "rotateKey" })
    })
  }

  /** Cuts the link, as a network would; it comes back by itself. */
  cut(): void {
    this.#socket?.terminate()
  }

  close(): void {
    this.#isClosed = true
    clearTimeout(this.#timer)
    this.#socket?.close()
  }

  #connect(): void {
    const socket = new WebSocket(this.#options.url.replace(/^http/, "ws") + linkPath)
    this.#socket = socket
    socket.on("message", (data: Buffer) => this.#hear(JSON.parse(data.toString("utf8")) as ServerMessage))
    // What went wrong is followed by a close.
    socket.on("error", () => undefined)
    socket.once("close", (closeCode: number, reason: Buffer) => this.#ended(closeCode, reason.toString()))
  }

  #say(message: object): void {
    this.#socket?.send(JSON.stringify(message))
  }

  #proof(key: string | undefined): string {
    const secret = createHash("sha256")
      .update(key ?? "")
      .digest()
    return createHmac("sha256", secret)
      .update(proofText(this.#nonce, this.#options.serialNumber))
      .digest("hex")
  }

  #hear(message: ServerMessage): void {
    if ("credits" in message) this.#credits += message.credits ?? 0
    switch (message.type) {
      case "challenge": {
        this.#nonce = message.nonce
        const { serialNumber } = this.#options
        const proof = this.#proof(this.#keys[0])
        return this.#say({ type: "hello", versions: linkVersions, serialNumber, proof })
      }
      case "credits":
        break
      case "welcome":
        this.#failures = 0
        this.#options.onWelcome?.()
        break
      case "acknowledged":
        this.#answered()
        this.#options.onAnswer?.(message)
        break
      case "refused":
        return this.#refused(message.code)
      case "newKey":
        return void this.#keep([message.key, ...this.#keys]).then(() =>
          this.#say({ type: "keyKept", proof: this.#proof(message.key) }),
        )
      case "keyReplaced":
        return void this.#keep(this.#keys.slice(0, 1)).then(() => this.#rotating?.())
    }
    this.#pump()
  }

  async #keep(keys: readonly string[]): Promise<void> {
    await this.#options.keep?.(keys)
    this.#keys = keys
  }

  #answered(): void {
    const count = this.#underWay.shift() ?? 0
    this.#pending.splice(0, count)
    this.#sent -= count
    if (this.#pending.length === 0) for (const resolve of this.#settled.splice(0)) resolve()
  }

  /** A run that was not kept is sent again on another link, in its order. */
  #refused(code: RefusalCode): void {
    // A cut may have come before the new key was kept, or after the old one died: one of them is good.
    if (code === "key_wrong") this.#keys = [...this.#keys.slice(1), ...this.#keys.slice(0, 1)]
    if (this.#underWay.length > 0) this.#socket?.close()
  }

  #pump(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return
    while (this.#credits > 0 && this.#sent < this.#pending.length) {
      const run: Reported[] = []
      for (let bytes = 0; run.length < this.#credits;) {
        const next = this.#pending[this.#sent + run.length]
        if (next === undefined) break
        bytes += Buffer.byteLength(JSON.stringify(next)) + 1
        if (bytes > frameBytes && run.length > 0) break
        run.push(next)
      }
      this.#credits -= run.length
      this.#sent += run.length
      this.#underWay.push(run.length)
      this.#say({ type: "reports", reports: run })
    }
  }

  #ended(closeCode: number, reason: string): void {
    this.#credits = 0
    this.#sent = 0
    this.#underWay = []
    this.#options.onEnd?.(closeCode, reason)
    if (this.#isClosed) return
    const { first, most } = this.#pauses
    const pause = Math.min(most, first * 2 ** this.#failures)
    this.#failures += 1
    const wait = reason === "link_replaced" ? afterReplaced : pause * (1 + Math.random())
    this.#timer = setTimeout(() => this.#connect(), wait)
  }
}
