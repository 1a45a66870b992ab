/**
 * The session held against a model a few lines short, in stories that chance writes: whatever comes between, a listener
 * hears each subscribed event once, in order, and none while its token is lapsed.
 */
import type { TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as decide from "./session.js"

const topics: readonly TopicName[] = ["device.input.dps.opened", "device.input.relay.on", "liveEvent"]

/** What a listener is due, told without marks and reading positions. */
class Model {
  readonly log: TopicName[] = []
  readonly subscribed = new Set<TopicName>()
  /** Positions of subscribed events that were not heard yet. */
  due: number[] = []

  happens(topic: TopicName): number {
    const position = this.log.push(topic)
    if (this.subscribed.has(topic)) this.due.push(position)
    return position
  }

  unsubscribes(taken: readonly TopicName[]): void {
    for (const topic of taken) this.subscribed.delete(topic)
    this.due = this.due.filter((position) => !taken.includes(this.log[position - 1]!))
  }
}

/** A listener in the hands of chance: performs what is decided, as the reading room does. */
class Story {
  readonly model = new Model()
  now = 100
  #isFull = false
  session: decide.Session

  constructor(public expiresAt: number) {
    this.session = decide.openSession(expiresAt, this.now)
  }

  get isLapsed(): boolean {
    return this.now >= this.expiresAt
  }

  subscribes(added: readonly TopicName[]): void {
    this.session = decide.subscribe(this.session, added, this.model.log.length)
    for (const topic of added) this.model.subscribed.add(topic)
  }

  unsubscribes(taken: readonly TopicName[]): void {
    this.session = decide.unsubscribe(this.session, taken)
    this.model.unsubscribes(taken)
  }

  happens(topic: TopicName): void {
    const position = this.model.happens(topic)
    const isAtTail = this.session.next === null && !this.session.onProbation
    if (!isAtTail || !this.model.subscribed.has(topic)) return
    if (this.#isFull) this.session = decide.fallBehind(this.session, position)
    else expect(this.#meets(position)).toBe(this.isLapsed ? "invalidToken" : "event")
  }

  #meets(position: number): decide.Said {
    const said = decide.meet(this.session, position, this.model.log[position - 1]!, this.now)
    if (said === "event") {
      expect(this.isLapsed).toBe(false)
      expect(position).toBe(this.model.due.shift())
    }
    if (said === "invalidToken") this.session = decide.withhold(this.session, position)
    return said
  }

  /** Reads at most so many rows. */
  reads(rows: number): void {
    for (; rows > 0 && this.session.next !== null && !this.#isFull; rows -= 1) {
      const position = this.session.next
      if (decide.mustPark(this.session, this.now)) {
        expect(this.isLapsed).toBe(true)
        this.session = decide.park(this.session)
      } else if (position > this.model.log.length) this.session = decide.catchUp(this.session)
      else {
        expect(this.#meets(position)).not.toBe("invalidToken")
        this.session = decide.readOn(this.session, position + 1)
      }
    }
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
}

type Step = (story: Story) => void

const some = fc.subarray([...topics], { minLength: 1 })
const time = fc.integer({ min: 1, max: 60 })
const rows = fc.integer({ min: 1, max: 8 })

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...topics).map((topic) => (story: Story) => story.happens(topic)) },
  { weight: 4, arbitrary: rows.map((most) => (story: Story) => story.reads(most)) },
  { weight: 2, arbitrary: some.map((added) => (story: Story) => story.subscribes(added)) },
  { weight: 1, arbitrary: some.map((taken) => (story: Story) => story.unsubscribes(taken)) },
  { weight: 2, arbitrary: time.map((elapsed) => (story: Story) => story.waits(elapsed)) },
  { weight: 2, arbitrary: time.map((lifetime) => (story: Story) => story.renews(lifetime)) },
  { weight: 2, arbitrary: fc.boolean().map((isFull) => (story: Story) => story.fills(isFull)) },
)

const numRuns = process.env["DOORSTREAM_SOAK"] === "1" ? 200_000 : 2000

it("A listener hears each subscribed event once and in order, whatever lapses, lags and changes between", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 50, max: 200 }),
      fc.array(step, { maxLength: 60, size: "max" }),
      (expiresAt, steps) => {
        const story = new Story(expiresAt)
        for (const take of steps) take(story)
        story.fills(false)
        story.renews(Infinity)
        story.reads(Infinity)
        expect(story.model.due).toEqual([])
        expect(story.session).toMatchObject({ owed: null, next: null })
        for (const topic of topics) story.happens(topic)
        expect(story.model.due).toEqual([])
      },
    ),
    { numRuns, seed: 20_261_123 },
  )
})
