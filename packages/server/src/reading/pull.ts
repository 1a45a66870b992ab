/**
 * The foot of a listener that is answered once: gathers events until there are enough, until there are no more, or until
 * it has waited long enough. It must not know sessions, nor how it was asked. PROTOCOL §20.
 */
import { invalidToken, refuse, streamGap, type Gap, type Refusal } from "@doorstream/contract"
import { writeCursor } from "../core/cursor.js"
import type { Pulled } from "../core/listening.js"
import type { Meter } from "../core/meter.js"
import type { Milliseconds, Position } from "../core/ports.js"
import type { Foot } from "./foot.js"
import type { Batch, Form, Outgoing } from "./outgoing.js"

/** How long one answer may read in the log beyond its wait: a rare topic is looked for in several answers. */
const readAtMost: Milliseconds = 5000

/** Events as rows of an answer, with when the server received them where that is asked for. */
const rows = (epoch: string, withReceived: boolean): Form => ({
  name: withReceived ? "pull received" : "pull",
  prepare: ({ position, topic, text, received }) => {
    const cursor = writeCursor({ epoch, position })
    const when = withReceived ? `,"received":${received}` : ""
    const packet = `{"cursor":"${cursor}","topic":"${topic}","event":${text}${when}}`
    return { position, topic, packet, frame: Buffer.from(packet) }
  },
})

interface Pulling {
  readonly epoch: string
  readonly received: boolean
  /** The most events that are gathered. */
  readonly limit: number
  readonly wait: Milliseconds
  readonly delivered: Meter["delivered"]
  /** Up to where nothing is missing, as the listener has it. */
  readonly position: () => Position
}

export class PullFoot implements Foot {
  readonly form: Form
  readonly #pulling: Pulling
  readonly #events: Outgoing[] = []
  readonly #timers: NodeJS.Timeout[] = []
  /** What there was before was read. */
  #isAtTail = false
  #hasWaited: boolean
  #isFinished = false
  #answer!: (pulled: Pulled | Refusal) => void
  readonly pulled = new Promise<Pulled | Refusal>((resolve) => (this.#answer = resolve))
  #isClosed = false
  #onClosed: (() => void)[] = []

  constructor(pulling: Pulling) {
    this.form = rows(pulling.epoch, pulling.received)
    this.#pulling = pulling
    this.#hasWaited = pulling.wait === 0
  }

  get sent(): number {
    return this.#events.length
  }

  /** It is read for this foot from now on. */
  open(isBehind: boolean): void {
    const { wait } = this.#pulling
    if (!isBehind) this.caughtUp()
    if (this.#isFinished) return
    this.#timers.push(
      setTimeout(() => this.#stopWaiting(), wait),
      setTimeout(() => this.finish(), wait + readAtMost),
    )
  }

  send({ events }: Batch): void {
    if (this.#isFinished) return
    const { limit, delivered } = this.#pulling
    const taken = events.slice(0, limit - this.#events.length)
    for (const { topic } of taken) delivered[topic] += 1
    this.#events.push(...taken)
    if (this.#isAtTail || this.#events.length === limit) this.finish()
  }

  say(name: string, body: object): void {
    if (name === invalidToken) this.finish()
    // What was gathered before the gap is answered first; the next one is told of it.
    if (name === streamGap) this.finish(body as Gap)
  }

  note(): void {
    // Nothing is acknowledged here: there is one answer.
  }

  caughtUp(): void {
    this.#isAtTail = true
    if (this.#hasWaited || this.#events.length > 0) this.finish()
  }

  #stopWaiting(): void {
    this.#hasWaited = true
    if (this.#isAtTail) this.finish()
  }

  /** Answers with what there is. */
  finish(gap?: Gap): void {
    const { epoch, limit, position } = this.#pulling
    const last = this.#events.at(-1)?.position ?? 0
    const events = this.#events.map(({ packet }) => packet)
    const upTo = (to: Position) => ({ events, cursor: writeCursor({ epoch, position: to }) })
    if (gap !== undefined && events.length === 0) this.#finishWith({ ...upTo(gap.to), gap })
    else this.#finishWith(upTo(events.length === limit ? last : Math.max(last, position())))
  }

  #finishWith(answer: Pulled | Refusal): void {
    if (this.#isFinished) return
    this.#isFinished = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#answer(answer)
  }

  congested(): boolean {
    return this.#isFinished
  }

  isDrained(): boolean {
    return true
  }

  drained(): Promise<void> {
    return new Promise((resolve) => (this.#isClosed ? resolve() : this.#onClosed.push(resolve)))
  }

  /** What was gathered before is good. */
  fail(): void {
    if (this.#events.length === 0) this.#finishWith(refuse("fault"))
    this.close()
  }

  /** What was gathered is not for whoever asked any more. */
  refuse(refusal: Refusal): void {
    this.#finishWith(refusal)
  }

  close(): void {
    this.finish()
    this.#isClosed = true
    for (const resolve of this.#onClosed.splice(0)) resolve()
  }
}
