/**
 * The cloud node's side of the node link, as PROTOCOL §16 has it: it comes, proves its key, says what it has, and comes
 * back after a cut. It must not know what is reported, nor what a sync or a command means.
 */
import { linkVersions, type NodeCommand, type NodeMessage, type ServerMessage } from "@doorstream/contract"
import { CommandBook } from "./command-book.js"
import { Keyring } from "./keyring.js"
import { LinkSocket, type LinkEnd } from "./link-socket.js"
import { obeyOnce, type CommandAnswer, type Given } from "./obeying.js"
import type { Reported } from "./outbox.js"
import { pauseAfter, usualPauses, type Pauses } from "./pauses.js"
import { proofOf } from "./proof.js"
import { Pump } from "./pump.js"
import { ServerClock } from "./server-clock.js"
import { SyncParts, type WholeSync } from "./sync-parts.js"

export interface NodeClientOptions {
  /** The server's address, http or https. */
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
  readonly onWelcome?: (welcome: Extract<ServerMessage, { type: "welcome" }>) => void
  /** Takes over what is new; `synced` is called when that is done. Without it, version 1 of the link is spoken. */
  readonly onSync?: (sync: WholeSync) => void
  /**
   * Does what it is told and says why, where it does not. `isLate` tells at any moment whether it must no longer be done.
   */
  readonly onCommand?: (command: NodeCommand, isLate: () => boolean) => Promise<CommandAnswer>
  readonly pauses?: Partial<Pauses>
  /** Milliseconds from any beginning; it never goes back. */
  readonly steady?: () => number
}

/** What is so on one link. */
interface Link {
  readonly socket: LinkSocket
  nonce: string
  isWelcome: boolean
  /** When the key was proven, by the steady clock. */
  provenAt: number
}

/** Until the server says how long it may be silent. */
const silenceAtFirst = 30_000

export class NodeClient {
  readonly #options: NodeClientOptions
  readonly #pauses: Pauses
  readonly #steady: () => number
  readonly #keyring: Keyring
  readonly #pump: Pump
  readonly #parts = new SyncParts()
  readonly #book = new CommandBook()
  readonly #clock: ServerClock
  #link: Link | undefined
  #timer: NodeJS.Timeout | undefined
  #revision: string | undefined
  #failures = 0
  /** It was closed, or its cable was cut. */
  #isAway = false
  #rotating: (() => void) | undefined

  constructor(options: NodeClientOptions) {
    this.#options = options
    this.#pauses = { ...usualPauses, ...options.pauses }
    this.#steady = options.steady ?? (() => performance.now())
    this.#clock = new ServerClock(this.#steady)
    this.#keyring = new Keyring(options.keys, async (keys) => options.keep?.(keys))
    this.#pump = new Pump({
      say: (message) => this.#say(message),
      steady: this.#steady,
      full: this.#pauses.full,
    })
    this.#connect()
  }

  /** How many reports are not answered. */
  get waiting(): number {
    return this.#pump.waiting
  }

  /** Whether it was let in, and the link is there. */
  get isLinked(): boolean {
    return this.#link?.isWelcome === true && this.#link.socket.isOpen
  }

  /** Takes reports to be sent after those before. */
  send(reports: readonly Reported[]): void {
    this.#pump.add(reports)
  }

  /** Says, after all that was taken before, that a revision has been taken over. */
  synced(revision: string): void {
    this.#pump.mark(revision)
  }

  /** Resolves once every report was answered. */
  async settle(): Promise<void> {
    await this.#pump.settle()
  }

  /** Asks for a new key, and resolves when the old one is good no more. The link must be open. */
  async rotateKey(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#rotating = resolve
      this.#say({ type: "rotateKey" })
    })
  }

  /** Its panel was registered anew: this key alone is good, and it comes back at once. */
  async useKey(key: string): Promise<void> {
    await this.#keyring.replace(key)
    this.#failures = 0
    if (this.#link !== undefined) this.#link.socket.cut()
    else if (!this.#isAway) this.#connect()
  }

  /** Cuts the link, as a network would; it comes back by itself. */
  cut(): void {
    this.#link?.socket.cut()
  }

  /** Its cable is cut: it cannot come back, and what it has waits. */
  leave(): void {
    this.#isAway = true
    clearTimeout(this.#timer)
    this.cut()
  }

  /** Its cable is whole again. */
  comeBack(): void {
    if (!this.#isAway) return
    this.#isAway = false
    this.#failures = 0
    if (this.#link === undefined) this.#connect()
  }

  close(): void {
    this.#isAway = true
    clearTimeout(this.#timer)
    this.#link?.socket.close()
  }

  #connect(): void {
    clearTimeout(this.#timer)
    const socket = new LinkSocket({
      url: this.#options.url,
      silence: silenceAtFirst,
      hear: (message) => this.#hear(link, message),
      ended: (end) => this.#ended(end),
    })
    const link: Link = { socket, nonce: "", isWelcome: false, provenAt: 0 }
    this.#link = link
  }

  #say(message: NodeMessage): void {
    this.#link?.socket.say(message)
  }

  #proof = (link: Link): string => proofOf(this.#keyring.first, link.nonce, this.#options.serialNumber)

  #hear(link: Link, message: ServerMessage): void {
    switch (message.type) {
      case "challenge":
        return this.#greet(link, message)
      case "welcome":
        this.#clock.hear(message.time, link.provenAt)
        this.#welcomed(link, message)
        return this.#pump.grant(message.credits)
      case "credits":
        this.#clock.hear(message.time)
        return this.#pump.grant(message.credits)
      case "acknowledged":
        this.#clock.hear(message.time, this.#pump.answered())
        this.#options.onAnswer?.(message)
        return this.#pump.grant(message.credits)
      case "refused":
        // Without credits it says why the link ends, which is said again by its close.
        if (message.credits === undefined) return undefined
        this.#pump.wasRefused()
        return this.#pump.grant(message.credits)
      case "newKey":
        return void this.#keyring
          .add(message.key)
          .then(() => this.#say({ type: "keyKept", proof: this.#proof(link) }))
      case "keyReplaced":
        return void this.#keyring.settle().then(() => this.#rotating?.())
      case "sync":
        return this.#takePart(link, message)
      case "command":
        return void this.#obey(link, message)
    }
  }

  #greet(link: Link, { nonce, time }: Extract<ServerMessage, { type: "challenge" }>): void {
    link.nonce = nonce
    this.#clock.hear(time)
    link.provenAt = this.#steady()
    const { serialNumber, onSync } = this.#options
    const versions = onSync === undefined ? { ...linkVersions, max: 1 } : linkVersions
    const known = this.#revision === undefined ? {} : { revision: this.#revision }
    this.#say({ type: "hello", versions, serialNumber, proof: this.#proof(link), ...known })
  }

  #welcomed(link: Link, welcome: Extract<ServerMessage, { type: "welcome" }>): void {
    link.isWelcome = true
    link.socket.bear(welcome.silence)
    this.#pump.open()
    this.#failures = 0
    this.#keyring.accepted()
    this.#options.onWelcome?.(welcome)
  }

  #takePart(link: Link, part: Extract<ServerMessage, { type: "sync" }>): void {
    const took = this.#parts.take(part, this.#revision)
    if (took.taken === "none") {
      // Without a revision it is sent everything.
      this.#revision = undefined
      return link.socket.cut()
    }
    if (took.taken === "whole") {
      this.#revision = part.revision
      this.#pump.took(part.revision)
    }
    this.#say({ type: "partTaken", revision: part.revision, part: part.part })
    if (took.taken === "whole") this.#options.onSync?.(took.sync)
  }

  async #obey(link: Link, given: Given): Promise<void> {
    const { onCommand } = this.#options
    const objection = await obeyOnce(given, this.#book, () => this.#clock.now() ?? Infinity, onCommand)
    const { id } = given
    link.socket.say(
      objection === undefined ? { type: "commandDone", id } : { type: "commandRefused", id, ...objection },
    )
  }

  #ended({ closeCode, reason, retryAfter }: LinkEnd): void {
    this.#link = undefined
    this.#parts.forget()
    this.#pump.cut(closeCode)
    const isRefused = reason === "key_wrong" || reason === "panel_unregistered"
    // A cut may have come before the new key was kept, or after the old one died: one of them is good.
    const isLockedOut = isRefused && this.#keyring.refused()
    this.#options.onEnd?.(closeCode, reason)
    if (this.#isAway) return
    const ending = { reason, isLockedOut, failures: this.#failures, retryAfter }
    this.#failures += 1
    this.#timer = setTimeout(() => this.#connect(), pauseAfter(ending, this.#pauses, Math.random()))
  }
}
