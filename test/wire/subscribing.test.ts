/** Subscribing, unsubscribing, wildcards and what is refused. PROTOCOL §3. */
import { topicNames } from "@doorstream/contract"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { allowed, doorReport, openHouse, type House } from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"

interface Answer {
  readonly topics: readonly string[]
  readonly refused: readonly {
    readonly topic: string | null
    readonly code: string
    readonly message: string
  }[]
}

let house: House
let listener: Listening
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())
beforeEach(async () => (listener = await listen(house.url, await house.token(), topicNames.slice(0, 0))))
afterEach(() => listener.close())

const ask = (name: string, payload: unknown): Promise<Answer> =>
  new Promise((resolve) => listener.socket.emit(name, payload, resolve))
const subscribe = (...topics: unknown[]): Promise<Answer> => ask("subscribeIsolated", { topics })
const unsubscribe = (...topics: unknown[]): Promise<Answer> => ask("unsubscribeIsolated", { topics })

describe("subscribeIsolated", () => {
  it("adds to what is heard, and may be sent often", async () => {
    await subscribe("device.input.rex.on")
    const answer = await subscribe("device.input.rex.off", "device.input.rex.on")
    expect(answer).toEqual({
      topics: ["device.input.rex.on", "device.input.rex.off"],
      refused: [],
      cursor: expect.any(String),
    })
  })

  it("understands device.*, device.alarm.* and *", async () => {
    expect((await subscribe("device.alarm.*")).topics).toHaveLength(4)
    expect((await subscribe("device.*")).topics).toHaveLength(19)
    expect((await subscribe("*")).topics.toSorted()).toEqual(topicNames.toSorted())
  })

  it("refuses by itself each topic that is unknown or no text; the others beside it stand", async () => {
    const answer = await subscribe(
      "device.request.allowed",
      "device.request.maybe",
      7,
      null,
      "__proto__",
      "device.*.on",
    )
    expect(answer.topics).toEqual(["device.request.allowed"])
    expect(answer.refused.map(({ topic, code }) => ({ topic, code }))).toEqual([
      { topic: "device.request.maybe", code: "topic_unknown" },
      { topic: null, code: "topic_not_text" },
      { topic: null, code: "topic_not_text" },
      { topic: "__proto__", code: "topic_unknown" },
      { topic: "device.*.on", code: "topic_unknown" },
    ])
  })

  it("refuses what is no list of topics", async () => {
    for (const payload of [undefined, null, 7, "device.*", [], {}, { topics: "device.*" }]) {
      const { topics, refused } = await ask("subscribeIsolated", payload)
      expect(topics).toEqual([])
      expect(refused.map(({ code }) => code)).toEqual(["subscription_invalid"])
    }
  })

  it("says what it refused as stream.refused where no acknowledgement was asked for", async () => {
    listener.socket.emit("subscribeIsolated", { topics: ["nonsense", "device.request.allowed"] })
    const [refused] = await listener.heard.atLeast(1)
    expect(refused).toMatchObject({
      topic: "stream.refused",
      event: { topic: "nonsense", code: "topic_unknown" },
    })
  })

  it("hears liveEvent as a topic like any other", async () => {
    const live = new Promise<Record<string, unknown>>((resolve) => listener.socket.on("liveEvent", resolve))
    await subscribe("liveEvent")
    await house.report(allowed())
    expect(await live).toMatchObject({
      topic: "device.request.allowed",
      placeholders: [{ type: "holder" }, { type: "device" }],
    })
  })

  it("does not send again what happened before", async () => {
    await house.report(doorReport("device.input.rex.on"))
    const heard = new Promise<Record<string, unknown>>((resolve) =>
      listener.socket.on("device.input.rex.on", resolve),
    )
    await subscribe("device.input.rex.on")
    const report = doorReport("device.input.rex.on")
    await house.report(report)
    expect((await heard)["occurred"]).toBe(report.occurred)
  })
})

describe("unsubscribeIsolated", () => {
  it("takes away, wildcards too, and is acknowledged in the same way", async () => {
    await subscribe("device.alarm.*", "device.input.rex.on", "device.request.allowed")
    expect(await unsubscribe("device.alarm.*", "nonsense")).toMatchObject({
      topics: ["device.input.rex.on", "device.request.allowed"],
      refused: [{ topic: "nonsense", code: "topic_unknown" }],
    })
    const names: string[] = []
    for (const name of ["device.alarm.forced", "device.input.rex.on"])
      listener.socket.on(name, () => void names.push(name))
    const last = new Promise<void>((resolve) => listener.socket.on("device.request.allowed", resolve))
    await house.report([doorReport("device.alarm.forced"), doorReport("device.input.rex.on"), allowed()])
    await last
    expect(names).toEqual(["device.input.rex.on"])
  })
})
