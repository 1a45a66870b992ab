/** What is told of who heard what, held to what a listener was sent, whatever became of its token and its connection. */
import type { TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { judgeHearing, type Hearing } from "./inspecting.js"
import type { Milliseconds, Position, Row } from "./ports.js"
import * as decide from "./session.js"
import { wholeView } from "./view.js"

const topics = ["device.input.dps.opened", "device.input.dps.closed", "liveEvent"] as const

type Step =
  | { readonly does: "happen"; readonly topic: TopicName; readonly congested: boolean }
  | { readonly does: "subscribe"; readonly topic: TopicName }
  | { readonly does: "read"; readonly most: number }
  | { readonly does: "wait"; readonly for: Milliseconds }
  | { readonly does: "renew" }

const anyTopic = fc.constantFrom(...topics)
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ does: fc.constant("happen" as const), topic: anyTopic, congested: fc.boolean() }),
  fc.record({ does: fc.constant("happen" as const), topic: anyTopic, congested: fc.constant(false) }),
  fc.record({ does: fc.constant("subscribe" as const), topic: anyTopic }),
  fc.record({ does: fc.constant("read" as const), most: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ does: fc.constant("wait" as const), for: fc.integer({ min: 1, max: 80 }) }),
  fc.record({ does: fc.constant("renew" as const) }),
)

const tokenLife: Milliseconds = 100

/** A listener as the reading room performs it, with what it was sent. */
class Performed {
  readonly rows: Row[] = []
  readonly sent = new Set<Position>()
  #now = 0
  #session = decide.openSession(tokenLife, 0)

  take(step: Step): void {
    if (step.does === "happen") this.#happen(step.topic, step.congested)
    else if (step.does === "subscribe")
      this.#session = decide.subscribe(this.#session, [step.topic], this.rows.length)
    else if (step.does === "read") for (let count = 0; count < step.most; count++) this.#readOne()
    else if (step.does === "wait") this.#now += step.for
    else this.#session = decide.renew(this.#session, this.#now + tokenLife)
  }

  #meet({ position, topic }: Row): decide.Said {
    const said = decide.meet(this.#session, position, topic, this.#now)
    if (said === "event") this.sent.add(position)
    return said
  }

  #happen(topic: TopicName, congested: boolean): void {
    const row = { position: this.rows.length + 1, topic, text: "{}", received: this.#now, reportId: "" }
    this.rows.push(row)
    const session = this.#session
    if (session.next !== null || !session.topics.has(topic)) return
    if (congested) this.#session = decide.fallBehind(session, row.position)
    else if (this.#meet(row) === "invalidToken") this.#session = decide.withhold(session, row.position)
  }

  #readOne(): void {
    const session = this.#session
    if (session.next === null) return
    if (decide.mustPark(session, this.#now)) this.#session = decide.park(session)
    else if (session.next > this.rows.length) this.#session = decide.catchUp(session)
    else {
      this.#meet(this.rows[session.next - 1]!)
      this.#session = decide.readOn(session, session.next + 1)
    }
  }

  hearing(ended: Milliseconds | null): Hearing {
    const { topics: subscribed, owed } = this.#session
    const sentTo = decide.deliveredTo(this.#session, this.rows.length)
    const who = {
      connection: 1,
      client: "one",
      system: "system",
      address: "127.0.0.1",
      transport: "websocket",
    }
    const sees = { granted: wholeView, view: wholeView }
    return { ...who, since: 0, ended, topics: subscribed, sentTo, owed, ...sees }
  }
}

describe("An event that a listener is told to have heard", () => {
  it("was sent to it, and one that it is told not to have heard was not, gone or not", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const listener = new Performed()
        for (const step of steps) listener.take(step)
        for (const ended of [null, 1])
          for (const row of listener.rows) {
            const judged = judgeHearing(listener.hearing(ended), row)
            expect([row.position, judged.heard]).toEqual([row.position, listener.sent.has(row.position)])
          }
      }),
      { numRuns: 500 },
    )
  })
})
