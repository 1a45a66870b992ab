/**
 * The session held against a model a few lines short, in stories that chance writes: whatever comes between, a listener
 * hears each subscribed event once and in order, none while its token is lapsed, and is told of each that it cannot have;
 * so too across connections, for one that comes back with its cursor.
 */
import { isRefusal, type Gap, type TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import { startAtCursor, type ReadUpTo } from "./cursor.js"
import type { Extent } from "./ports.js"
import * as decide from "./session.js"

const topics: readonly TopicName[] = ["device.input.dps.opened", "device.input.relay.on", "liveEvent"]

/** What a listener is due, told without marks and reading positions: positions of subscribed events, not heard yet. */
class Model {
  readonly log: TopicName[] = []
  readonly subscribed = new Set<TopicName>()
  due: number[] = []

  happens(topic: TopicName): number {
    const position = this.log.push(topic)
    if (this.subscribed.has(topic)) this.due.push(position)
    return position
  }

  subscribes(added: readonly TopicName[], after = this.log.length): void {
    const isNew = (topic: TopicName): boolean => added.includes(topic) && !this.subscribed.has(topic)
    const earlier = this.log.flatMap((topic, n) => (n >= after && isNew(topic) ? [n + 1] : []))
    this.due = [...this.due, ...earlier].toSorted((one, other) => one - other)
    for (const topic of added) this.subscribed.add(topic)
  }

  unsubscribes(taken: readonly TopicName[]): void {
    for (const topic of taken) this.subscribed.delete(topic)
    this.due = this.due.filter((position) => !taken.includes(this.log[position - 1]!))
  }

  isTold({ from, to }: Gap): void {
    this.due = this.due.filter((position) => position < from || position > to)
  }
}

/** A listener in the hands of chance, and the log it reads: performs what is decided, as the reading room does. */
class Story {
  readonly model = new Model()
  now = 100
  session: decide.Session
  #isFull = false
  #first = 1
  #epoch = 1
  /** The cursors that the listener was told, the newest last: what is on its way when a connection is cut is lost. */
  #told: ReadUpTo[] = []

  constructor(public expiresAt: number) {
    this.session = decide.openSession(expiresAt, this.now)
  }

  /** What was withheld for it waits for a renewal, though the clock be set back meanwhile. */
  get #isLapsed(): boolean {
    return this.now >= this.expiresAt || this.session.owed !== null
  }

  get #extent(): Extent {
    return { epoch: String(this.#epoch), first: this.#first, last: this.model.log.length }
  }

  subscribes(added: readonly TopicName[]): void {
    this.session = decide.subscribe(this.session, added, this.model.log.length)
    this.model.subscribes(added)
    this.#isAnswered()
  }

  unsubscribes(taken: readonly TopicName[]): void {
    this.session = decide.unsubscribe(this.session, taken)
    this.model.unsubscribes(taken)
  }

  /** A subscription's answer has a cursor, and the gap before it: nothing else that is due may be before it. */
  #isAnswered(): void {
    if (this.session.gap !== null) this.#isToldOf(this.session.gap)
    const position = decide.deliveredTo(this.session, this.model.log.length)
    expect(this.model.due[0] ?? Infinity).toBeGreaterThan(position)
    this.#isToldUpTo(position)
  }

  #isToldUpTo(position: number): void {
    this.#told.push({ epoch: String(this.#epoch), position })
  }

  happens(topic: TopicName): void {
    const position = this.model.happens(topic)
    const isAtTail = this.session.next === null && !this.session.onProbation
    if (!isAtTail || !this.model.subscribed.has(topic)) return
    if (this.#isFull) this.session = decide.fallBehind(this.session, position)
    else expect(this.#meets(position)).toBe(this.#isLapsed ? "invalidToken" : "event")
  }

  #meets(position: number): decide.Said {
    const said = decide.meet(this.session, position, this.model.log[position - 1]!, this.now)
    if (said === "event") {
      expect(this.#isLapsed).toBe(false)
      expect(position).toBe(this.model.due.shift())
      this.#isToldUpTo(position)
    }
    if (said === "invalidToken") this.session = decide.withhold(this.session, position)
    return said
  }

  #isToldOf(gap: Gap | null): void {
    if (gap === null) return
    expect(gap.to).toBeLessThan(this.#first)
    expect(gap.count).toBe(gap.to - gap.from + 1)
    this.model.isTold(gap)
    this.#isToldUpTo(gap.to)
  }

  /** Reads at most so many rows. */
  reads(rows: number): void {
    for (; rows > 0 && this.session.next !== null && !this.#isFull; rows -= 1) {
      if (decide.mustPark(this.session, this.now)) {
        expect(this.#isLapsed).toBe(true)
        this.session = decide.park(this.session)
      } else this.#readsOne(this.session.next)
    }
  }

  #readsOne(position: number): void {
    const { gap } = this.session
    this.session = decide.toldGap(this.session)
    this.#isToldOf(gap)
    if (position > this.model.log.length) return void (this.session = decide.catchUp(this.session))
    this.#isToldOf(decide.lostBefore(this.session, this.#first))
    if (position < this.#first) return void (this.session = decide.readOn(this.session, this.#first))
    expect(this.#meets(position)).not.toBe("invalidToken")
    this.session = decide.readOn(this.session, position + 1)
  }

  /** `stream.position`: where it may be said, it must be true. */
  hearsPosition(): void {
    if (this.#isFull || !decide.lacksNothing(this.session, this.now)) return
    expect(this.#isLapsed).toBe(false)
    expect(this.model.due).toEqual([])
    this.#isToldUpTo(this.model.log.length)
  }

  waits(elapsed: number): void {
    this.now += elapsed
  }

  /** Whether the listener can take no more for now. */
  fills(isFull: boolean): void {
    this.#isFull = isFull
  }

  renews(lifetime: number): void {
    this.expiresAt = this.now + lifetime
    this.session = decide.renew(this.session, this.expiresAt)
  }

  /** The log's oldest rows are no longer kept. */
  forgets(rows: number): void {
    this.#first = Math.min(this.#first + rows, this.model.log.length + 1)
  }

  /** The connection is cut, what was said last is lost on its way, and the listener comes back with its cursor. */
  isCut(lost: number, lifetime: number, asksForAnswer: boolean): void {
    this.#told.splice(Math.max(1, this.#told.length - lost))
    const again = this.model.subscribed.size > 0 ? [...this.model.subscribed] : topics
    this.model.unsubscribes(topics)
    this.#isFull = false
    this.expiresAt = this.now + lifetime
    this.session = decide.openSession(this.expiresAt, this.now)
    const cursor = this.#told.at(-1)
    if (cursor === undefined) return this.subscribes(again)
    const start = startAtCursor(cursor, this.#extent)
    if (isRefusal(start)) return expect.fail(start.code)
    this.session = decide.begin(this.session, again, start)
    this.model.subscribes(again, cursor.epoch === String(this.#epoch) ? cursor.position : 0)
    if (start.gap === undefined)
      expect(decide.deliveredTo(this.session, this.model.log.length)).toBe(cursor.position)
    if (asksForAnswer) this.#isAnswered()
  }

  /** The log is one that was restored, and lacks what came last. */
  isRestored(lost: number, lifetime: number, asksForAnswer: boolean): void {
    this.#epoch += 1
    this.model.unsubscribes(topics)
    this.model.log.length = Math.max(this.#first - 1, this.model.log.length - lost)
    this.isCut(0, lifetime, asksForAnswer)
  }
}

type Step = (story: Story) => void

const some = fc.subarray([...topics], { minLength: 1 })
const time = fc.integer({ min: 1, max: 60 })
const life = fc.integer({ min: 0, max: 60 })
const rows = fc.integer({ min: 1, max: 8 })
const few = fc.integer({ min: 0, max: 5 })
const cut = fc.tuple(few, life, fc.boolean())

/** A step, and how often chance takes it. */
const often = <T>(weight: number, chance: fc.Arbitrary<T>, take: (story: Story, told: T) => void) => ({
  weight,
  arbitrary: chance.map(
    (told): Step =>
      (story) =>
        take(story, told),
  ),
})

const step: fc.Arbitrary<Step> = fc.oneof(
  often(8, fc.constantFrom(...topics), (story, topic) => story.happens(topic)),
  often(4, rows, (story, most) => story.reads(most)),
  often(2, some, (story, added) => story.subscribes(added)),
  often(1, some, (story, taken) => story.unsubscribes(taken)),
  often(2, time, (story, elapsed) => story.waits(elapsed)),
  often(1, time, (story, setBack) => story.waits(-setBack)),
  often(2, time, (story, lifetime) => story.renews(lifetime)),
  often(2, fc.boolean(), (story, isFull) => story.fills(isFull)),
  often(1, few, (story, forgotten) => story.forgets(forgotten)),
  often(1, fc.constant(0), (story) => story.hearsPosition()),
  often(2, cut, (story, told) => story.isCut(...told)),
  often(1, cut, (story, told) => story.isRestored(...told)),
)

/** At the end everything that was due was heard, or told; and what is new is heard at once. */
function ends(story: Story): void {
  story.fills(false)
  story.renews(Infinity)
  story.reads(Infinity)
  expect(story.model.due).toEqual([])
  expect(story.session).toMatchObject({ owed: null, next: null, gap: null })
  for (const topic of topics) story.happens(topic)
  expect(story.model.due).toEqual([])
}

const atLeast = process.env["DOORSTREAM_SOAK"] === "1" ? 10_000_000 : 100_000

it("A listener hears each subscribed event once and in order or is told, whatever lapses, lags, is cut and forgotten", () => {
  let steps = 0
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 200 }),
      fc.array(step, { minLength: 40, maxLength: 60, size: "max" }),
      (expiresAt, taken) => {
        const story = new Story(expiresAt)
        for (const take of taken) take(story)
        ends(story)
        steps += taken.length
      },
    ),
    { numRuns: atLeast / 40, seed: 20_261_123 },
  )
  expect(steps).toBeGreaterThanOrEqual(atLeast)
}, 3_600_000)
