/**
 * One listener: performs what `core/session` decides, on whatever foot the listener stands. It must not know the
 * transport, nor how tokens are verified.
 */
import {
  invalidToken,
  isRefusal,
  refuse,
  streamGap,
  streamPosition,
  streamRefused,
  type Gap,
  type InvalidToken,
  type Refusal,
  type RefusalCode,
  type RefusedTopic,
  type StreamPosition,
  type SubscriptionAnswer,
} from "@doorstream/contract"
import type { ListenerStanding } from "../core/connected.js"
import { writeCursor, type After, type Cursor } from "../core/cursor.js"
import { countRefusal } from "../core/meter.js"
import type { Milliseconds, Position } from "../core/ports.js"
import * as decide from "../core/session.js"
import { readAsked, readTopics, type Asked } from "./asked.js"
import { readBehind, type BehindListener } from "./behind.js"
import type { Foot } from "./foot.js"
import type { Named } from "./named.js"
import type { Batch } from "./outgoing.js"
import type { PositionListener } from "./positions.js"
import type { Reading } from "./reading.js"
import { findStart } from "./start.js"
import type { Tail, TailListener } from "./tail.js"

/** Is told what became of a subscription, before anything of it is heard. */
type Answer = (answer: SubscriptionAnswer) => void

export class Listener implements TailListener, BehindListener, PositionListener {
  session: decide.Session
  /** Where reading begins if the first subscription does not say; unless told, at what is new. */
  resumeAfter: After | undefined
  /** What is remembered of it, where it has a name. */
  named: Named | undefined
  #starting: Promise<void> | undefined
  #hearsPosition = false
  #isOpen = true
  #isReading = false
  #reminder: NodeJS.Timeout | undefined

  constructor(
    readonly reading: Reading,
    readonly tail: Tail,
    readonly foot: Foot,
    expiresAt: Milliseconds,
  ) {
    this.session = decide.openSession(expiresAt, reading.now())
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get isBehind(): boolean {
    return this.session.next !== null
  }

  /** As an operator sees it. */
  get standing(): Omit<ListenerStanding, "connection" | "client"> {
    return { system: this.tail.system, ...decide.standingOf(this.session, this.tail.last) }
  }

  /**
   * What `subscribeIsolated` asks for: adds the topics, refuses by itself each that cannot be heard. Where the beginning
   * must be looked for in the log, that takes a while: what is asked for meanwhile waits.
   */
  subscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#starting !== undefined) return this.#starting.then(() => this.subscribe(asked, answer))
    const read = readAsked(asked, this.reading.topicsPerMessage)
    if (read.after !== undefined && this.session.hasBegun)
      return this.#refuseAll(refuse("already_reading"), answer)
    if (this.named !== undefined && read.topics.length > 0)
      return this.#startAs(this.#recall(this.named, read, answer))
    const after = read.after ?? (this.session.hasBegun ? undefined : this.resumeAfter)
    if (after !== undefined && read.topics.length > 0) return this.#startAs(this.#start(after, read, answer))
    this.session = decide.subscribe(this.session, read.topics, this.tail.last)
    this.#settle(read, answer)
    return undefined
  }

  unsubscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#starting !== undefined) return this.#starting.then(() => this.unsubscribe(asked, answer))
    const { topics, refused, every } = readTopics(asked, this.reading.topicsPerMessage)
    this.session = decide.unsubscribe(this.session, topics)
    if (every !== undefined) this.#hearPositions(undefined)
    this.#settle({ topics, refused }, answer)
    return undefined
  }

  #startAs(start: Promise<void>): Promise<void> {
    this.#starting = start.finally(() => (this.#starting = undefined))
    return this.#starting
  }

  async #start(after: After, read: Asked, answer: Answer): Promise<void> {
    const { topics } = read
    const start = await findStart(after, { system: this.tail.system, log: this.reading.log, topics })
    if (!this.#isOpen) return
    if (isRefusal(start)) return this.#refuseAll(start, answer)
    this.session = decide.begin(this.session, topics, start)
    this.#settle(read, answer)
  }

  /** A listener with a name goes on where it has proven to have heard, unless it says itself where it begins. */
  async #recall(named: Named, read: Asked, answer: Answer): Promise<void> {
    const { last, system } = this.tail
    const added = read.topics.filter((topic) => !this.session.topics.has(topic))
    const { topics, cursor } = named.recall(added, last)
    const after = read.after ?? (cursor && { cursor })
    const found = after && (await findStart(after, { system, log: this.reading.log, topics: added }))
    if (!this.#isOpen) return
    if (found !== undefined && isRefusal(found)) return this.#refuseAll(found, answer)
    const start = found ?? { position: Math.min(last, ...topics.values()) }
    const heard = read.after === undefined ? topics : new Map(added.map((topic) => [topic, start.position]))
    const refusal = await (read.after === undefined
      ? named.keep(heard)
      : named.keepFrom(start.position, heard))
    if (!this.#isOpen) return
    if (refusal !== undefined) return this.#refuseAll(refusal, answer)
    this.session = decide.goBack(this.session, heard, start, this.tail.last)
    this.#settle(read, answer)
  }

  #refuseAll(refusal: Refusal, answer: Answer): undefined {
    this.#settle({ topics: [], refused: [{ topic: null, ...refusal }] }, answer)
  }

  /** The session is as was asked for: answers, and reads accordingly. */
  #settle({ refused, every }: Asked, answer: Answer): void {
    for (const { code } of refused) {
      countRefusal(this.reading.meter, code)
      if (code === "too_many_topics") this.reading.meter.hits.topicsPerMessage += 1
    }
    if (every !== undefined) this.#hearPositions(every)
    answer(this.#answerWith(refused))
    if (this.isBehind) this.readOn()
    else this.#joinTail()
    if (this.session.onProbation && this.session.topics.size > 0) this.#remind()
  }

  #answerWith(refused: readonly RefusedTopic[]): SubscriptionAnswer {
    const { topics, hasBegun, gap } = this.session
    const heard = [...topics.keys(), ...(this.#hearsPosition ? ([streamPosition] as const) : [])]
    if (!hasBegun) return { topics: heard, refused }
    return { topics: heard, refused, cursor: this.cursor, ...(gap === null ? {} : { gap }) }
  }

  #hearPositions(every: Milliseconds | undefined): void {
    this.#hearsPosition = every !== undefined && this.#isOpen
    if (every !== undefined && this.#isOpen) this.tail.positions.join(this, every)
    else this.tail.positions.leave(this)
  }

  /** Where to read on in the place of this listener: all that is subscribed was delivered up to there. */
  get cursor(): Cursor {
    return this.#cursorAt(decide.deliveredTo(this.session, this.tail.last))
  }

  /** Up to where everything was sent that it is to hear; null where that cannot be said, or is not settled. */
  get sentTo(): Position | null {
    const { hasBegun, gap } = this.session
    const isSettled = this.#isOpen && this.#starting === undefined && hasBegun && gap === null
    return isSettled ? decide.deliveredTo(this.session, this.tail.last) : null
  }

  #cursorAt(position: Position): Cursor {
    return writeCursor({ epoch: this.tail.epoch, position })
  }

  hearPosition(position: StreamPosition): void {
    if (this.foot.congested() || !decide.lacksNothing(this.session, this.reading.now())) return
    this.foot.say(streamPosition, position, position.cursor)
  }

  /** Tells refusals to a listener that asked for no acknowledgement. */
  tellRefused(refused: readonly RefusedTopic[]): void {
    for (const each of refused) this.foot.say(streamRefused, each)
  }

  /** A good token came: what is owed goes out, then what is new. */
  renew(expiresAt: Milliseconds): void {
    if (!this.#isOpen) return
    this.session = decide.renew(this.session, expiresAt)
    this.#stopReminding()
    if (this.isBehind) this.readOn()
  }

  /** The token sent for a renewal, or the one in use, is not good. */
  sayInvalidToken(reason: RefusalCode): void {
    const body: InvalidToken = { reason, expiredAt: this.session.expiresAt }
    this.foot.say(invalidToken, body)
  }

  /** From the tail, where every event of a batch is subscribed: what holds for the first holds for all. */
  hear(batch: Batch): void {
    const [{ position, topic }] = batch.events
    if (this.foot.congested()) {
      this.session = decide.fallBehind(this.session, position)
      this.readOn()
      return
    }
    const said = decide.meet(this.session, position, topic, this.reading.now())
    // It began ahead of the tail, somewhere within this batch: row by row, then.
    if (said === "nothing" && batch.events.length > 1) {
      this.session = decide.fallBehind(this.session, position)
      this.readOn()
    } else if (said === "event") this.foot.send(batch)
    else if (said === "invalidToken") {
      this.session = decide.withhold(this.session, position)
      for (const _ of batch.events) this.sayInvalidToken("token_expired")
    }
  }

  /** Leaves the tail and reads what is behind, until the tail is reached again. */
  readOn(): void {
    this.tail.leave(this)
    if (this.#isReading) return
    this.#isReading = true
    readBehind(this)
      .catch((error: unknown) => {
        this.reading.fault(error, "reading the log for a listener")
        // The listener must not believe that nothing happens: it is closed, and may connect again.
        this.foot.close()
      })
      .finally(() => (this.#isReading = false))
  }

  /** All that is kept was read. */
  catchUp(): void {
    this.session = decide.catchUp(this.session)
    this.#joinTail()
    this.foot.caughtUp?.()
  }

  /** The token lapsed while the listener was behind: it hears so once, and what is left waits for a renewal. */
  park(): void {
    this.session = decide.park(this.session)
    this.sayInvalidToken("token_expired")
    this.#joinTail()
  }

  sayGap(gap: Gap): void {
    this.foot.say(streamGap, gap, this.#cursorAt(gap.to))
  }

  close(): void {
    this.#isOpen = false
    this.#stopReminding()
    this.#hearPositions(undefined)
    this.tail.leave(this)
  }

  #joinTail(): void {
    this.tail.leave(this)
    // On probation it must not be told when something happens.
    if (this.#isOpen && !this.session.onProbation) this.tail.join(this, this.session.topics.keys())
  }

  #remind(): void {
    if (this.#reminder !== undefined) return
    this.sayInvalidToken("token_expired")
    this.#reminder = setInterval(() => this.sayInvalidToken("token_expired"), this.reading.reminderEvery)
  }

  #stopReminding(): void {
    clearInterval(this.#reminder)
    this.#reminder = undefined
  }
}
