/**
 * One listener: performs what `core/session` decides, on whatever foot the listener stands. It must not know the
 * transport, nor how tokens are verified.
 */
import {
  invalidToken,
  refuse,
  streamGap,
  streamRefused,
  topicsMeantBy,
  type Gap,
  type InvalidToken,
  type Refusal,
  type RefusalCode,
  type RefusedTopic,
  type SubscriptionAnswer,
  type TopicName,
} from "@doorstream/contract"
import type { ListenerStanding } from "../core/connected.js"
import { countRefusal } from "../core/meter.js"
import type { Milliseconds } from "../core/ports.js"
import * as decide from "../core/session.js"
import { readBehind, type BehindListener } from "./behind.js"
import type { Foot } from "./foot.js"
import type { Batch } from "./outgoing.js"
import type { Reading } from "./reading.js"
import type { Tail, TailListener } from "./tail.js"

export class Listener implements TailListener, BehindListener {
  session: decide.Session
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

  /** What `subscribeIsolated` asks for: adds the topics, refuses by itself each that cannot be heard. */
  subscribe(asked: unknown): SubscriptionAnswer {
    return this.#change(asked, (topics) => decide.subscribe(this.session, topics, this.tail.last))
  }

  unsubscribe(asked: unknown): SubscriptionAnswer {
    return this.#change(asked, (topics) => decide.unsubscribe(this.session, topics))
  }

  #change(asked: unknown, next: (topics: readonly TopicName[]) => decide.Session): SubscriptionAnswer {
    const { meant, refused } = readTopics(asked, this.reading.topicsPerMessage)
    for (const { code } of refused) {
      countRefusal(this.reading.meter, code)
      if (code === "too_many_topics") this.reading.meter.hits.topicsPerMessage += 1
    }
    this.session = next(meant)
    if (!this.isBehind) this.#joinTail()
    if (this.session.onProbation && this.session.topics.size > 0) this.#remind()
    return { topics: [...this.session.topics.keys()], refused }
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
    if (said === "event") this.foot.send(batch)
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
  }

  /** The token lapsed while the listener was behind: it hears so once, and what is left waits for a renewal. */
  park(): void {
    this.session = decide.park(this.session)
    this.sayInvalidToken("token_expired")
    this.#joinTail()
  }

  sayGap(gap: Omit<Gap, "reason">): void {
    this.foot.say(streamGap, { ...gap, reason: "retention" } satisfies Gap)
  }

  close(): void {
    this.#isOpen = false
    this.#stopReminding()
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

/** The topics that a subscription asks for, and those of its words that stand for none. */
function readTopics(
  asked: unknown,
  most: number,
): { meant: readonly TopicName[]; refused: readonly RefusedTopic[] } {
  const refuseAll = (refusal: Refusal) => ({ meant: [], refused: [{ topic: null, ...refusal }] })
  const words = typeof asked === "object" && asked !== null && "topics" in asked ? asked.topics : undefined
  if (!Array.isArray(words)) return refuseAll(refuse("subscription_invalid"))
  if (words.length > most)
    return refuseAll(refuse("too_many_topics", `There are ${words.length}, and may be ${most}.`))

  const meant = new Set<TopicName>()
  const refused: RefusedTopic[] = []
  for (const word of words as readonly unknown[]) {
    if (typeof word !== "string") refused.push({ topic: null, ...refuse("topic_not_text") })
    else {
      const topics = topicsMeantBy(word)
      if (topics === undefined) refused.push({ topic: word, ...refuse("topic_unknown") })
      else for (const topic of topics) meant.add(topic)
    }
  }
  return { meant: [...meant], refused }
}
