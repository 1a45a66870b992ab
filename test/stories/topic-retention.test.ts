/** Topics that are kept for a shorter time than others: their events go first, and who was owed them is told so. */
import { afterEach, beforeEach, expect, it } from "vitest"
import { hour, openGatewayAlone, type GatewayAlone } from "../support/gateway.js"
import type { RawListening } from "../support/listeners.js"

let gateway: GatewayAlone
let listener: RawListening
beforeEach(async () => {
  gateway = await openGatewayAlone(10 * hour, [{ topics: ["device.request.allowed"], age: 2 * hour }])
  listener = await gateway.listen("")
})
afterEach(async () => {
  listener.close()
  await gateway.close()
})

const event = (topic: "device.request.allowed" | "liveEvent" | "device.alarm.forced", n: number) =>
  ({ topic, text: `{"n":${n}}` }) as const

const heardIn = (frames: readonly string[]): unknown[] =>
  frames.filter((frame) => frame.startsWith("42")).map((frame) => JSON.parse(frame.slice(2)) as unknown)
const isNoInvalidToken = (said: unknown): boolean => !(said as string[])[0]?.startsWith("invalid")

/** Lets the token lapse, has things happen, and goes on to when some of them are no longer kept. */
async function missMuch(): Promise<void> {
  gateway.advance(hour)
  await gateway.append(event("device.alarm.forced", 1), event("liveEvent", 2))
  await gateway.append(event("device.request.allowed", 3), event("liveEvent", 4))
  await gateway.append(event("device.request.allowed", 5), event("liveEvent", 6))
  await gateway.append(event("device.alarm.forced", 7))
  await gateway.append(event("device.request.allowed", 8))
  gateway.advance(2 * hour)
  await gateway.append(event("device.request.allowed", 9))
  await gateway.sweep()
}

const gap = (from: number, to: number) => [
  "stream.gap",
  { from, to, count: to - from + 1, reason: "retention" },
]

async function renewAndHear(): Promise<unknown[]> {
  listener.send('42["renewedToken",{"token":"any"}]')
  const isThere = (frames: readonly string[]): boolean => frames.at(-1)!.includes('{"n":9}')
  return heardIn(await listener.frames.until(isThere)).filter(isNoInvalidToken)
}

it("A listener is told which events are no longer kept, in their place, and hears all others", async () => {
  await missMuch()
  expect(await renewAndHear()).toEqual([
    ["device.alarm.forced", { n: 1 }],
    ["liveEvent", { n: 2 }],
    gap(3, 6),
    ["device.alarm.forced", { n: 7 }],
    gap(8, 8),
    ["device.request.allowed", { n: 9 }],
  ])
})

it("A listener is not told of topics that it does not hear", async () => {
  listener.send('421["unsubscribeIsolated",{"topics":["device.request.allowed"]}]')
  await listener.frames.until((frames) => frames.filter((frame) => frame.startsWith("431")).length === 2)
  await missMuch()
  listener.send('42["renewedToken",{"token":"any"}]')
  await listener.frames.until((frames) => frames.at(-1)!.includes('{"n":7}'))
  expect(heardIn(listener.frames.all).filter(isNoInvalidToken)).toEqual([
    ["device.alarm.forced", { n: 1 }],
    ["liveEvent", { n: 2 }],
    ["stream.gap", { from: 4, to: 6, count: 2, reason: "retention" }],
    ["device.alarm.forced", { n: 7 }],
  ])
})

it("What is left goes when its own time is over, and the log begins after it", async () => {
  await missMuch()
  gateway.advance(8 * hour)
  await gateway.sweep()
  listener.send('42["renewedToken",{"token":"any"}]')
  await listener.frames.until((frames) => frames.at(-1)!.includes('"from":9'))
  expect(heardIn(listener.frames.all).filter(isNoInvalidToken)).toEqual([gap(1, 8), gap(9, 9)])
})
