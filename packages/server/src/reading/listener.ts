/**
 * One listener: performs what `core/session` decides, on whatever foot the listener stands. It must not know the
 * transport, nor how tokens are verified.
 */
import {
  invalidToken,
  streamGap,
  streamPosition,
  streamRefused,
  streamState,
  type ControlTopic,
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
import type { View } from "../core/view.js"
import { lostTopics, type Asked } from "./asked.js"
import { readBehind, type BehindListener } from "./behind.js"
import { Controls } from "./controls.js"
import type { Foot } from "./foot.js"
import { Gaps } from "./gaps.js"
import type { Named } from "./named.js"
import type { Batch } from "./outgoing.js"
import type { PositionListener } from "./positions.js"
import type { Reading } from "./reading.js"
import { Reminder } from "./reminder.js"
import { Sight } from "./sight.js"
import { Subscribing, type Answer, type Subscriber } from "./subscribing.js"
import type { Tail, TailListener } from "./tail.js"

export class Listener implements TailListener, BehindListener, PositionListener, Subscriber {
  session: decide.Session
  readonly sight: Sight
  /** Where reading begins if the first subscription does not say; unless told, at what is new. */
  resumeAfter: After | undefined
  /** What is remembered of it, where it has a name. */
  named: Named | undefined
  readonly gaps = new Gaps((gap) => this.sayGap(gap))
  readonly #subscribing = new Subscribing(this)
  readonly #controls: Controls
  #isOpen = true
  /** The one loop that reads what is behind. */
  #loop: object | undefined
  readonly #reminder: Reminder

  constructor(
    readonly reading: Reading,
    readonly tail: Tail,
    readonly foot: Foot,
    token: Verified,
  ) {
    this.session = decide.openSession(token.expiresAt, reading.now())
    this.sight = new Sight(reading, token)
    this.#controls = new Controls(this, tail)
    this.#reminder = new Reminder(reading.reminderEvery, () => this.sayInvalidToken("token_expired"))
  }

  /** The one in use. */
  get token(): Verified {
    return this.sight.token
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

  /** What `subscribeIsolated` asks for. */
  subscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    return this.#subscribing.add(asked, answer)
  }

  /** What `unsubscribeIsolated` asks for. */
  unsubscribe(asked: unknown, answer: Answer): Promise<void> | undefined {
    return this.#subscribing.take(asked, answer)
  }

  /** The session is as was asked for: answers, and reads accordingly. */
  settle({ refused, controls, ...told }: Asked, answer: Answer): void {
    for (const { code } of refused) {
      countRefusal(this.reading.meter, code)
      if (code === "too_many_topics") this.reading.meter.hits.topicsPerMessage += 1
    }
    if (this.#isOpen) this.#controls.add(controls, told)
    answer(this.#answerWith(refused))
    this.#tellState()
    if (this.#isOpen) this.#controls.begin(controls)
    if (this.isBehind) this.readOn()
    else this.#joinTail()
    if (this.session.onProbation && this.session.topics.size > 0) this.#reminder.start()
  }

  #answerWith(refused: readonly RefusedTopic[]): SubscriptionAnswer {
    const { topics, hasBegun, onProbation, gap } = this.session
    const { topics: granted } = this.view
    const heard = [...topics.keys()].filter((topic) => granted?.has(topic) ?? true)
    const all = [...heard, ...this.#controls.heard]
    // Whoever asks for the last event about a door, again and again, would be told when there is another.
    if (!hasBegun || onProbation) return { topics: all, refused }
    return { topics: all, refused, cursor: this.cursor, ...(gap === null ? {} : { gap }) }
  }

  /** Where to read on in the place of this listener: all that is subscribed was delivered up to there. */
  get cursor(): Cursor {
    return this.#cursorAt(this.deliveredTo)
  }

  /** Up to where all that is subscribed was delivered, or told to be gone. */
  get deliveredTo(): Position {
    return Math.min(decide.deliveredTo(this.session, this.tail.last), this.gaps.from - 1)
  }

  /** Up to where everything was sent that it is to hear; null where that cannot be said, or is not settled. */
  get sentTo(): Position | null {
    const { hasBegun, gap } = this.session
    const isSettled = this.#isOpen && !this.#subscribing.isBeginning && hasBegun && gap === null
    return isSettled ? this.deliveredTo : null
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
    this.session = decide.renew(this.session, token.expiresAt)
    this.#see(token)
    this.#reminder.stop()
    this.#controls.renew()
    this.#tellState()
    if (this.isBehind) this.readOn()
    else this.#joinTail()
  }

  /** What its API client may has changed: from now on it is shown what is left, and told what that takes away. */
  review(): void {
    if (!this.#isOpen || !this.#see(this.token)) return
    this.#controls.review()
    if (!this.isBehind) this.#joinTail()
  }

  /** Returns whether it is shown anything else from now on. */
  #see(token: Verified): boolean {
    const { topics } = this.view
    const { last } = this.tail
    if (!this.sight.renew(token, this.deliveredTo < last ? last : undefined)) return false
    const subscribed = [...this.session.topics.keys(), ...this.#controls.subscribed]
    this.tellRefused(lostTopics(subscribed, topics, this.view.topics))
    return true
  }

  /** Nothing of these is heard any more. */
  leave(controls: readonly ControlTopic[]): void {
    this.#controls.take(controls)
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
    if (this.#loop !== undefined) return
    const loop = (this.#loop = {})
    readBehind(this)
      .catch((error: unknown) => {
        this.reading.fault(error, "reading the log for a listener")
        if (this.foot.fail === undefined) this.foot.close()
        else this.foot.fail()
      })
      .finally(() => {
        if (this.#loop === loop) this.#loop = undefined
      })
  }

  /** All that is kept was read. */
  catchUp(): void {
    this.#loop = undefined
    this.gaps.tell()
    this.session = decide.catchUp(this.session)
    if (this.session.owed === null) this.sight.formers.clear()
    this.#joinTail()
    this.foot.caughtUp?.()
  }

  /** The token lapsed while the listener was behind: it hears so once, and what is left waits for a renewal. */
  park(): void {
    // A renewal may come before the loop's promise is settled, and is to find that nobody reads.
    this.#loop = undefined
    this.gaps.tell()
    this.session = decide.park(this.session)
    this.sayInvalidToken("token_expired")
    this.#joinTail()
  }

  sayGap(gap: Gap): void {
    this.foot.say(streamGap, gap, this.#cursorAt(gap.to))
  }

  /** It may hear nothing any more: it is told why, and nothing after that. */
  end(refusal: Refusal): void {
    this.close()
    this.foot.refuse(refusal)
  }

  close(): void {
    this.#isOpen = false
    this.#reminder.stop()
    this.#controls.end()
    this.tail.leave(this)
  }

  #joinTail(): void {
    this.tail.leave(this)
    // On probation it must not be told when something happens.
    if (this.#isOpen && !this.session.onProbation) this.tail.join(this, this.session.topics.keys())
  }
}
