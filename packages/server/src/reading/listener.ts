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
  streamState,
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
import type { Position, Verified } from "../core/ports.js"
import * as decide from "../core/session.js"
import type { Selection, View } from "../core/view.js"
import { readAsked, readTopics, type Asked } from "./asked.js"
import { beginAfter, beginWithState, goOnAs, type Begun } from "./beginning.js"
import { readBehind, type BehindListener } from "./behind.js"
import { Controls } from "./controls.js"
import { filterBy } from "./filtering.js"
import type { Foot } from "./foot.js"
import type { Named } from "./named.js"
import type { Batch } from "./outgoing.js"
import type { PositionListener } from "./positions.js"
import type { Reading } from "./reading.js"
import { Sight } from "./sight.js"
import type { Tail, TailListener } from "./tail.js"

/** Is told what became of a subscription, before anything of it is heard. */
type Answer = (answer: SubscriptionAnswer) => void

export class Listener implements TailListener, BehindListener, PositionListener {
  session: decide.Session
  readonly sight: Sight
  /** Where reading begins if the first subscription does not say; unless told, at what is new. */
  resumeAfter: After | undefined
  /** What is remembered of it, where it has a name. */
  named: Named | undefined
  #starting: Promise<void> | undefined
  readonly #controls: Controls
  #isOpen = true
  #isReading = false
  #reminder: NodeJS.Timeout | undefined

  /** @param token the one in use */
  constructor(
    readonly reading: Reading,
    readonly tail: Tail,
    readonly foot: Foot,
    public token: Verified,
  ) {
    this.session = decide.openSession(token.expiresAt, reading.now())
    this.sight = new Sight(reading, token)
    this.#controls = new Controls(this, tail)
  }

  /** What its token and its filter let it see. */
  get view(): View {
    return this.sight.view
  }

  get isOpen(): boolean {
    return this.#isOpen
  }

  get isBehind(): boolean {
    return this.session.next !== null
  }

  /** As an operator sees it. */
  get standing(): Omit<ListenerStanding, "connection" | "client"> {
    const filtered = this.sight.isFiltered
    return { system: this.tail.system, filtered, ...decide.standingOf(this.session, this.tail.last) }
  }

  /**
   * What `subscribeIsolated` asks for: adds the topics, refuses by itself each that cannot be heard. Where the beginning
   * must be looked for in the log, that takes a while: what is asked for meanwhile waits.
   */
  subscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#starting !== undefined) return this.#starting.then(() => this.subscribe(asked, answer))
    const read = readAsked(asked, this.reading.topicsPerMessage)
    const selection = filterBy(read, this)
    if (isRefusal(selection)) return this.#refuseAll(selection, answer)
    if (read.topics.length > 0) {
      const before = this.sight.selection
      this.sight.select(selection)
      const beginning = this.#beginningOf(read)
      if (beginning !== undefined) return this.#startAs(beginning, read, answer, before)
    }
    this.session = decide.subscribe(this.session, read.topics, this.tail.last)
    this.#settle(read, answer)
    return undefined
  }

  /** Where this is not simply what is new. */
  #beginningOf(read: Asked): Promise<Begun | Refusal> | undefined {
    const { named } = this
    if (read.state) return beginWithState(read, this, named)
    if (named !== undefined) return goOnAs(named, read, this)
    const after = read.after ?? (this.session.hasBegun ? undefined : this.resumeAfter)
    return after === undefined ? undefined : beginAfter(after, read, this)
  }

  unsubscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    if (this.#starting !== undefined) return this.#starting.then(() => this.unsubscribe(asked, answer))
    const { topics, refused, controls } = readTopics(asked, this.reading.topicsPerMessage)
    this.session = decide.unsubscribe(this.session, topics)
    this.#controls.take(controls)
    this.#settle({ topics, refused, controls: [] }, answer)
    return undefined
  }

  /** What is asked for meanwhile waits until it is known where this begins. */
  #startAs(
    beginning: Promise<Begun | Refusal>,
    read: Asked,
    answer: Answer,
    selectionBefore: Selection,
  ): Promise<void> {
    const start = async (): Promise<void> => {
      const begun = await beginning
      if (!this.#isOpen) return
      if (isRefusal(begun)) {
        this.sight.select(selectionBefore)
        return this.#refuseAll(begun, answer)
      }
      this.session = begun(this.session)
      this.#settle(read, answer)
    }
    this.#starting = start().finally(() => (this.#starting = undefined))
    return this.#starting
  }

  #refuseAll(refusal: Refusal, answer: Answer): undefined {
    this.#settle({ topics: [], controls: [], refused: [{ topic: null, ...refusal }] }, answer)
  }

  /** The session is as was asked for: answers, and reads accordingly. */
  #settle({ refused, controls, every }: Asked, answer: Answer): void {
    for (const { code } of refused) {
      countRefusal(this.reading.meter, code)
      if (code === "too_many_topics") this.reading.meter.hits.topicsPerMessage += 1
    }
    if (this.#isOpen) this.#controls.add(controls, every)
    answer(this.#answerWith(refused))
    this.#tellState()
    if (this.isBehind) this.readOn()
    else this.#joinTail()
    if (this.session.onProbation && this.session.topics.size > 0) this.#remind()
  }

  #answerWith(refused: readonly RefusedTopic[]): SubscriptionAnswer {
    const { topics, hasBegun, gap } = this.session
    const heard = [...topics.keys(), ...this.#controls.heard]
    if (!hasBegun) return { topics: heard, refused }
    return { topics: heard, refused, cursor: this.cursor, ...(gap === null ? {} : { gap }) }
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
  renew(token: Verified): void {
    if (!this.#isOpen) return
    this.token = token
    this.session = decide.renew(this.session, token.expiresAt)
    this.sight.renew(token)
    this.#stopReminding()
    this.#tellState()
    if (this.isBehind) this.readOn()
    else this.#joinTail()
  }

  /** Tells the state as it is now; what comes after exactly that is heard. */
  #tellState(): void {
    const told = this.sight.takeState(this.session, this.reading.now())
    if (told === undefined) return
    const { position, body } = told
    this.session = decide.beginAnew(this.session, position)
    this.foot.say(streamState, body, body.cursor)
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
    this.#controls.end()
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
