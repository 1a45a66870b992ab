/**
 * One node link: hears what is said, one message after the other, and does what `core/link-session` decides. It must not
 * know of other links.
 */
import { randomBytes } from "node:crypto"
import {
  closeCodeOf,
  isRefusal,
  linkVersions,
  refusals,
  refuse,
  type NodeMessage,
  type Refusal,
  type ServerMessage,
} from "@doorstream/contract"
import { readNodeMessage } from "@doorstream/contract/validate"
import type { WebSocket } from "ws"
import { rest, waitForGrant, type Credits } from "../core/credits.js"
import {
  decideLink,
  type LinkEffect,
  type LinkHappened,
  type LinkSession,
  type Proven,
  type ServedMessage,
} from "../core/link-session.js"
import { countRefusal } from "../core/meter.js"
import { confirmation, offering } from "../core/panels.js"
import type { Milliseconds, ReportOutcome } from "../core/ports.js"
import type { LinkDeps } from "./deps.js"
import { prove } from "./proof.js"
import { Wire } from "./wire.js"

/** What a link asks of the house of links. */
export interface LinkOwner {
  /** Makes this link the one of its cloud node; resolves with its credits when that was told, or why it cannot be. */
  enter(link: NodeLink, proven: Proven): Promise<Credits | Refusal>
  /** It can be synced and commanded from now on; the cloud node knows this revision. */
  serve(link: NodeLink, revision: string | undefined): Promise<void>
  /** The cloud node says how far it is with that; a refusal ends the link. */
  hear(link: NodeLink, message: ServedMessage): Promise<Refusal | undefined>
  /** The link counts no longer. */
  left(link: NodeLink, heard: Milliseconds, credits: Credits | undefined): void
}

/** Bytes of messages that may wait; what is beyond stays in the network. */
const mostWaiting = 256 * 1024

export class NodeLink {
  readonly address: string
  proven: Proven | undefined
  readonly #deps: LinkDeps
  readonly #owner: LinkOwner
  readonly #wire: Wire
  readonly #nonce = randomBytes(24).toString("base64url")
  readonly #began: Milliseconds
  readonly #proving: NodeJS.Timeout
  #session: LinkSession = { stage: "unproven" }
  #waiting: (string | undefined)[] = []
  #waitingBytes = 0
  #working: Promise<void> | undefined
  #granting: NodeJS.Timeout | undefined
  #ended: string | undefined
  #isDraining = false
  #accepted = 0

  constructor(socket: WebSocket, address: string, deps: LinkDeps, owner: LinkOwner) {
    this.address = address
    this.#deps = deps
    this.#owner = owner
    this.#began = deps.clock()
    const hears = {
      said: (text: string | undefined) => this.#hear(text),
      silent: () => this.end(refuse("link_silent")),
      unread: () => this.end(refuse("answers_unread")),
      closed: (closeCode: number) => this.#closed(closeCode),
    }
    this.#wire = new Wire(socket, hears, deps.clock, deps.silence)
    this.#proving = setTimeout(() => this.end(refuse("proof_late")), deps.proveWithin)
    this.#wire.send({
      type: "challenge",
      versions: linkVersions,
      nonce: this.#nonce,
      time: deps.now(),
    })
  }

  /** Granted, and not used. */
  get credits(): number {
    return this.#session.stage === "open" ? this.#session.credits.unused : 0
  }

  /** The version that was agreed upon, once it is open. */
  get version(): number | undefined {
    return this.#session.stage === "open" ? this.#session.version : undefined
  }

  /** Says something that was not asked for: a part of a sync, a command. */
  tell(message: ServerMessage): void {
    if (this.#ended === undefined) this.#wire.send(message)
  }

  /** Ends the link at once, and says why. */
  end(refusal: Refusal): void {
    if (this.#ended !== undefined) return
    countRefusal(this.#deps.meter, refusal.code)
    this.#leave(refusal.code, refusal.code === "link_silent" ? this.#wire.heard : this.#deps.clock())
    this.#wire.send({ type: "refused", code: refusal.code, message: refusal.message })
    this.#wire.close(closeCodeOf(refusal.code, refusals[refusal.code].status), refusal.code)
  }

  /** Answers what is being done, takes up nothing more, and ends. */
  async drain(): Promise<void> {
    this.#isDraining = true
    this.#waiting = []
    await this.#working
    this.end(refuse("draining"))
  }

  #leave(ended: string, heard: Milliseconds): void {
    this.#ended = ended
    clearTimeout(this.#proving)
    clearTimeout(this.#granting)
    const session = this.#session
    this.#owner.left(
      this,
      heard,
      session.stage === "open" ? rest(session.credits, this.#deps.clock()) : undefined,
    )
  }

  #closed(closeCode: number): void {
    if (this.#ended === undefined) this.#leave("closed", this.#deps.clock())
    const { system, cloudNodeId: cloudNode, serialNumber } = this.proven ?? {}
    this.#deps.told({
      address: this.address,
      ...(system === undefined || cloudNode === undefined || serialNumber === undefined
        ? {}
        : { system, cloudNode, serialNumber }),
      seconds: Math.round(this.#deps.clock() - this.#began) / 1000,
      reports: this.#accepted,
      ended: this.#ended ?? "closed",
      closeCode,
    })
  }

  #hear(text: string | undefined): void {
    if (this.#ended !== undefined || this.#isDraining) return
    this.#waiting.push(text)
    this.#waitingBytes += text?.length ?? 0
    if (this.#waitingBytes > mostWaiting) this.#wire.pause()
    this.#working ??= this.#work()
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0 && this.#ended === undefined) {
      const text = this.#waiting.shift()
      const wereMany = this.#waitingBytes > mostWaiting
      this.#waitingBytes -= text?.length ?? 0
      if (wereMany && this.#waitingBytes <= mostWaiting) this.#wire.resume()
      try {
        await this.#read(text)
      } catch (fault) {
        this.#deps.fault(fault, "a node link")
        this.end(refuse("storage_fault"))
      }
    }
    this.#working = undefined
  }

  async #read(text: string | undefined): Promise<void> {
    const message = text === undefined ? refuse("message_malformed", "It is binary.") : readNodeMessage(text)
    if (isRefusal(message)) return this.end(message)
    await this.#meet({ what: "said", message, proven: this.#proofIn(message) })
  }

  /** What a proof in the message proves. */
  #proofIn(message: NodeMessage): Proven | undefined {
    const { registry } = this.#deps
    if (message.type === "hello") return prove(registry, this.#nonce, message.serialNumber, message.proof)
    if (message.type !== "keyKept" || this.proven === undefined) return undefined
    return prove(registry, this.#nonce, this.proven.serialNumber, message.proof)
  }

  async #meet(happened: LinkHappened): Promise<void> {
    if (this.#ended !== undefined) return
    const { clock, now, silence } = this.#deps
    const { session, effects } = decideLink(this.#session, happened, { now: clock(), time: now(), silence })
    this.#session = session
    this.#lookLater()
    for (const effect of effects) await this.#do(effect)
  }

  #lookLater(): void {
    clearTimeout(this.#granting)
    const wait = this.#session.stage === "open" ? waitForGrant(this.#session.credits) : undefined
    if (wait !== undefined) this.#granting = setTimeout(() => void this.#meet({ what: "look" }), wait)
  }

  async #do(effect: LinkEffect): Promise<void> {
    switch (effect.do) {
      case "send":
        if (effect.message.type === "welcome") clearTimeout(this.#proving)
        if ("credits" in effect.message) this.#deps.meter.creditsGranted += effect.message.credits ?? 0
        return this.#wire.send(effect.message)
      case "end":
        return this.end(effect.refusal)
      case "serve":
        return this.#owner.serve(this, effect.revision)
      case "hear":
        return this.#tellOwner(effect.message)
      case "enter":
        return this.#enter(effect.proven)
      case "take":
        return this.#take(effect.reports)
      case "offer":
        return this.#offer(effect.beside)
      case "confirm":
        return this.#confirm(effect.keyHash)
    }
  }

  async #enter(proven: Proven): Promise<void> {
    this.proven = proven
    const credits = await this.#owner.enter(this, proven)
    if (isRefusal(credits)) return this.end(credits)
    await this.#meet({ what: "entered", credits })
  }

  async #tellOwner(message: ServedMessage): Promise<void> {
    const refused = await this.#owner.hear(this, message)
    if (refused !== undefined) this.end(refused)
  }

  async #take(reports: readonly unknown[]): Promise<void> {
    const { system, cloudNodeId } = this.proven!
    let outcome: ReportOutcome | Refusal
    try {
      const by = { id: cloudNodeId, from: this.address }
      outcome = await this.#deps.accept(system, cloudNodeId, reports, by)
    } catch (fault) {
      this.#deps.fault(fault, "taking in reports of a node link")
      outcome = refuse("storage_fault")
    }
    if (!isRefusal(outcome)) this.#accepted += outcome.accepted.length
    if (!isRefusal(outcome)) this.#deps.meter.reportsLinked += outcome.accepted.length
    await this.#meet({ what: "taken", reports: reports.length, outcome })
  }

  async #offer(beside: string): Promise<void> {
    const { secret, secretHash } = this.#deps.newKey()
    const { registry } = this.#deps
    const offered = await this.#changeKeys(({ system, cloudNodeId }) =>
      offering(registry, system, cloudNodeId, beside, secretHash),
    )
    if (offered !== undefined) return this.end(offered)
    await this.#meet({ what: "offered", key: secret, keyHash: secretHash })
  }

  async #confirm(keyHash: string): Promise<void> {
    const { registry } = this.#deps
    const confirmed = await this.#changeKeys(({ system, cloudNodeId }) =>
      confirmation(registry, system, cloudNodeId, keyHash),
    )
    if (confirmed !== undefined) return this.end(confirmed)
    await this.#meet({ what: "confirmed", keyHash })
  }

  /** The cloud node itself is the author of what becomes of its keys. */
  #changeKeys(decide: (proven: Proven) => ReturnType<typeof offering>): Promise<Refusal | undefined> {
    const { system, cloudNodeId, serialNumber } = this.proven!
    const by = { id: cloudNodeId, name: serialNumber, from: this.address }
    return this.#deps.change(system, by, () => decide(this.proven!))
  }
}
