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
function openListener() {
  let now = 0
  let session = decide.openSession(tokenLife, now)
  const rows: Row[] = []
  const sent = new Set<Position>()

  const meet = ({ position, topic }: Row): decide.Said => {
    const said = decide.meet(session, position, topic, now)
    if (said === "event") sent.add(position)
    return said
  }
  const happen = (topic: TopicName, congested: boolean): void => {
    const row: Row = { position: rows.length + 1, topic, text: "{}", received: now, reportId: "" }
    rows.push(row)
    if (session.next !== null || !session.topics.has(topic)) return
    if (congested) session = decide.fallBehind(session, row.position)
    else if (meet(row) === "invalidToken") session = decide.withhold(session, row.position)
  }
  const read = (most: number): void => {
    for (let count = 0; count < most && session.next !== null; count++) {
      if (decide.mustPark(session, now)) session = decide.park(session)
      else if (session.next > rows.length) session = decide.catchUp(session)
      else {
        meet(rows[session.next - 1]!)
        session = decide.readOn(session, session.next + 1)
      }
    }
  }
  const take = (step: Step): void => {
    if (step.does === "happen") happen(step.topic, step.congested)
    else if (step.does === "subscribe") session = decide.subscribe(session, [step.topic], rows.length)
    else if (step.does === "read") read(step.most)
    else if (step.does === "wait") now += step.for
    else session = decide.renew(session, now + tokenLife)
  }
  const hearing = (ended: Milliseconds | null): Hearing => ({
    connection: 1,
    client: "one",
    system: "system",
    address: "127.0.0.1",
    transport: "websocket",
    since: 0,
    ended,
    topics: session.topics,
    sentTo: decide.deliveredTo(session, rows.length),
    owed: session.owed,
    granted: wholeView,
    view: wholeView,
  })
  return { take, rows, sent, hearing }
}

describe("An event that a listener is told to have heard", () => {
  it("was sent to it, and one that it is told not to have heard was not, gone or not", () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const { take, rows, sent, hearing } = openListener()
        for (const step of steps) take(step)
        for (const ended of [null, 1])
          for (const row of rows) {
            const judged = judgeHearing(hearing(ended), row)
            expect([row.position, judged.heard]).toEqual([row.position, sent.has(row.position)])
          }
      }),
      { numRuns: 500 },
    )
  })
})
