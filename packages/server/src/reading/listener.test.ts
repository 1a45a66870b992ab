/** A listener on a log and a foot that the test holds in its hands. */
import { describe, expect, it } from "vitest"
import type { SubscriptionAnswer, TopicName } from "@doorstream/contract"
import { openMeter } from "../core/meter.js"
import type { Log, Row } from "../core/ports.js"
import { wholeGrant } from "../core/verified.js"
import { wholeView } from "../core/view.js"
import type { Foot } from "./foot.js"
import { Listener } from "./listener.js"
import { withCursors } from "./outgoing.js"
import { openTails } from "./tail.js"

const topic: TopicName = "device.input.dps.opened"
const rowAt = (position: number): Row => ({ position, topic, text: "{}", received: 0, reportId: "" })

/** A log that has come to `last`, though its followers have only heard of less. */
function logAhead(last: number, heardOf: number) {
  let tell: (rows: readonly Row[]) => void
  const log: Omit<Log, "append"> = {
    extent: () => Promise.resolve({ epoch: "this", first: 1, last }),
    read: (_, from) => {
      const rows = Array.from({ length: Math.max(0, last - from + 1) }, (_gone, n) => rowAt(from + n))
      return Promise.resolve({ rows, next: last + 1, first: 1 })
    },
    follow: (_, heard) => {
      tell = heard
      return Promise.resolve({ last: heardOf, stop: () => undefined })
    },
  }
  const tellOf = (from: number, to: number): void =>
    tell(Array.from({ length: to - from + 1 }, (_gone, n) => rowAt(from + n)))
  return { log: log as Log, tellOf }
}

class Ear implements Foot {
  readonly form = withCursors("this")
  readonly said: unknown[] = []
  isCongested = false
  isClosed = false
  send: Foot["send"] = ({ events }) => void this.said.push(...events.map(({ position }) => position))
  say: Foot["say"] = (name) => void this.said.push(name)
  note: Foot["note"] = () => undefined
  congested = (): boolean => this.isCongested
  drained = (): Promise<void> => Promise.resolve()
  refuse: Foot["refuse"] = ({ code }) => void this.said.push(code)
  close = (): void => void (this.isClosed = true)
}

async function listenTo(log: Log, view = wholeView) {
  const ear = new Ear()
  const now = (): number => 0
  const tailOf = openTails(log, { heard: () => undefined, now })
  const limits = {
    topicsPerMessage: 100,
    messagesPerSecond: Infinity,
    replayBytesPerSecond: Infinity,
    stuckAfter: Infinity,
  }
  const fault = (error: unknown): void => void ear.said.push(error)
  const sees = { viewOf: () => view, select: () => ({}), stateOf: () => new Promise<never>(() => {}) }
  const never = { objectionTo: () => undefined, reminderEvery: 5000, expiringAhead: 60_000 }
  const reading = { log, tailOf, ...sees, meter: openMeter(), now, ...never, fault, ...limits }
  const token = { id: "t", systemId: "a", clientId: "c", scopes: [], grant: wholeGrant, expiresAt: Infinity }
  const listener = new Listener(reading, await tailOf("a"), ear, token)
  const answers: SubscriptionAnswer[] = []
  const subscribe = (asked: object): Promise<void> | undefined =>
    listener.subscribe({ topics: [topic], ...asked }, (answer) => {
      answers.push(answer)
      ear.said.push("answer")
    })
  return { ear, listener, answers, subscribe }
}

const turns = async (): Promise<void> => {
  for (let n = 0; n < 10; n += 1) await new Promise((resolve) => setImmediate(resolve))
}

describe("A listener that comes with a cursor", () => {
  it("is answered before it hears anything", async () => {
    const { ear, subscribe } = await listenTo(logAhead(3, 3).log)
    await subscribe({ after: "1.this.1" })
    await turns()
    expect(ear.said).toEqual(["answer", 2, 3])
  })

  it("of a moment that its server's tail has not reached hears nothing twice, and nothing less", async () => {
    const { log, tellOf } = logAhead(4, 1)
    const { ear, subscribe } = await listenTo(log)
    await subscribe({ after: "1.this.2" })
    await turns()
    tellOf(2, 4)
    await turns()
    tellOf(5, 5)
    expect(ear.said).toEqual(["answer", 3, 4, 5])
  })

  it("is shown rows of its topics alone: none of the others is taken apart", async () => {
    const shown: TopicName[] = []
    const show = (row: Row): Row => (shown.push(row.topic), row)
    const { ear, subscribe } = await listenTo(logAhead(3, 3).log, { ...wholeView, show })
    await subscribe({ after: "earliest", topics: ["liveEvent"] })
    await turns()
    expect([ear.said, shown]).toEqual([["answer"], []])
  })

  it("has what it asks for meanwhile answered after that, in its order", async () => {
    const { ear, listener, answers, subscribe } = await listenTo(logAhead(3, 3).log)
    const asked = [
      subscribe({ after: "earliest" }),
      subscribe({ topics: ["liveEvent"] }),
      listener.unsubscribe({ topics: ["liveEvent"] }, (answer) => answers.push(answer)),
      subscribe({ after: "earliest" }),
    ]
    await asked.at(-1)
    await turns()
    expect(answers.map(({ topics }) => topics)).toEqual([[topic], [topic, "liveEvent"], [topic], [topic]])
    expect(answers.at(-1)!.refused).toMatchObject([{ code: "already_reading" }])
    expect(ear.said.filter((said) => said !== "answer")).toEqual([1, 2, 3])
  })

  it("and goes while its beginning is looked for is left alone", async () => {
    const { ear, listener, subscribe } = await listenTo(logAhead(3, 3).log)
    const begun = subscribe({ after: "earliest" })
    listener.close()
    await begun
    await turns()
    expect(ear.said).toEqual([])
  })

  it("begins where it was told to, where its first subscription does not say", async () => {
    const { ear, listener, answers, subscribe } = await listenTo(logAhead(3, 3).log)
    listener.resumeAfter = { cursor: { epoch: "this", position: 2 } }
    await subscribe({ topics: [] })
    await subscribe({})
    await turns()
    expect(ear.said).toEqual(["answer", "answer", 3])
    expect(answers.map(({ cursor }) => cursor)).toEqual([undefined, "1.this.2"])
  })

  it("is told by a rejection that the log cannot be read, and may ask again", async () => {
    const { log } = logAhead(3, 3)
    const { ear, subscribe } = await listenTo(log)
    const { extent } = log
    log.extent = () => Promise.reject(new Error("no disk"))
    await expect(subscribe({ after: "earliest" })).rejects.toThrow("no disk")
    log.extent = extent
    await subscribe({ after: "earliest" })
    await turns()
    expect(ear.said).toEqual(["answer", 1, 2, 3])
  })
})

describe("A listener that hears of its position", () => {
  const at = { cursor: "1.this.3", time: 0 }

  it("does so where nothing is missing before it, and never while it is congested or behind", async () => {
    const { ear, listener, subscribe } = await listenTo(logAhead(3, 3).log)
    listener.hearPosition(at)
    await subscribe({ after: "1.this.1" })
    listener.hearPosition(at)
    await turns()
    ear.isCongested = true
    listener.hearPosition(at)
    ear.isCongested = false
    listener.hearPosition(at)
    expect(ear.said).toEqual(["answer", 2, 3, "stream.position"])
  })
})
