/**
 * Going back for some topics, in stories that chance writes: whatever comes between, each topic is heard from its own
 * position on, in order, and nothing twice in one connection.
 */
import type { TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { expect, it } from "vitest"
import * as decide from "./session.js"

const topics: readonly TopicName[] = ["device.input.dps.opened", "device.input.relay.on", "liveEvent"]

/** A connection that reads its log one row after the other, whenever chance lets it. */
class Story {
  readonly log: TopicName[] = []
  readonly heard: number[] = []
  readonly since = new Map<TopicName, number>()
  session = decide.openSession(10, 0)
  now = 0

  happens(topic: TopicName): void {
    const position = this.log.push(topic)
    if (this.session.next === null) this.meets(position, topic)
  }

  private meets(position: number, topic: TopicName): void {
    const said = decide.meet(this.session, position, topic, this.now)
    if (said === "event") this.heard.push(position)
    if (said === "invalidToken") this.session = decide.withhold(this.session, position)
  }

  /** Reads one row that it is behind with. */
  reads(): void {
    const { next } = this.session
    if (next === null) return
    if (decide.mustPark(this.session, this.now)) return void (this.session = decide.park(this.session))
    const topic = this.log[next - 1]
    if (topic === undefined) return void (this.session = decide.catchUp(this.session))
    this.meets(next, topic)
    this.session = decide.readOn(this.session, next + 1)
  }

  goesBack(topic: TopicName, by: number): void {
    if (this.since.has(topic)) return
    const since = Math.max(0, this.log.length - by)
    this.since.set(topic, since)
    const start = { position: Math.max(0, since - 1) }
    this.session = decide.goBack(this.session, new Map([[topic, since]]), start, this.log.length)
  }

  lapses(): void {
    this.now = this.session.expiresAt
  }

  renews(): void {
    this.session = decide.renew(this.session, this.now + 10)
  }

  /** Everything that there is was read. */
  ends(): void {
    this.renews()
    while (this.session.next !== null) this.reads()
  }
}

type Step = (story: Story) => void

const step = fc.oneof(
  fc.constantFrom(...topics).map(
    (topic): Step =>
      (story) =>
        story.happens(topic),
  ),
  fc.constant<Step>((story) => story.reads()),
  fc.tuple(fc.constantFrom(...topics), fc.nat(9)).map(
    ([topic, by]): Step =>
      (story) =>
        story.goesBack(topic, by),
  ),
  fc.constant<Step>((story) => story.lapses()),
  fc.constant<Step>((story) => story.renews()),
)

it("A listener that goes back for a topic hears each topic from its own position on, in order, and nothing twice", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const story = new Story()
      for (const each of steps) each(story)
      story.ends()
      for (const [topic, since] of story.since) {
        const due = story.log.flatMap((each, at) => (each === topic && at + 1 > since ? [at + 1] : []))
        expect(story.heard.filter((position) => story.log[position - 1] === topic)).toEqual(due)
      }
    }),
    { numRuns: 2000 },
  )
})

it("What was delivered is never said to be more than what was heard, while it goes back", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const story = new Story()
      for (const each of steps) {
        each(story)
        const delivered = decide.deliveredTo(story.session, story.log.length)
        const due = story.log.flatMap((topic, at) =>
          at + 1 <= delivered && at + 1 > (story.since.get(topic) ?? Infinity) ? [at + 1] : [],
        )
        expect([...story.heard].toSorted((a, b) => a - b)).toEqual(expect.arrayContaining(due))
      }
    }),
    { numRuns: 2000 },
  )
})
