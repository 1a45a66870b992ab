/**
 * Listeners that take less than there is: the others do not wait for them, the server's memory does not grow with what
 * they are owed, and they get all of it when they read on; or are told what is gone. PROTOCOL §4.
 */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { hour, openGatewayAlone, type GatewayAlone } from "../support/gateway.js"
import type { RawListening } from "../support/listeners.js"
import { listenByPolling } from "../support/polling.js"

const topic = "device.input.dps.opened"
const event = (n: number, length: number) =>
  ({ topic, text: `{"n":${n},"padding":"${"x".repeat(length)}"}` }) as const

const age = 10 * hour

let gateway: GatewayAlone
beforeEach(async () => (gateway = await openGatewayAlone(age)))
afterEach(() => gateway.close())

/** How many events were appended so far. */
let last: number
beforeEach(() => (last = 0))

/** Appends so many thousand events, each with a number, the same as its position. */
async function appendThousands(thousands: number, length = 1000): Promise<void> {
  for (; thousands > 0; thousands -= 1)
    await gateway.append(...Array.from({ length: 1000 }, () => event((last += 1), length)))
}
const appendOne = (): Promise<unknown> => gateway.append(event((last += 1), 1))

/** From one number to another, both included. */
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n)

/** What was heard, in order: an event's number, or a message's name and body. */
const heardIn = (frames: readonly string[]): (number | unknown[])[] =>
  frames
    .filter((frame) => frame.startsWith("42"))
    .map((frame) => JSON.parse(frame.slice(2)) as [string, { n: number }])
    .map(([name, body]) => (name === topic ? body.n : [name, body]))

const isInvalidToken = (said: unknown): boolean => Array.isArray(said) && said[0] === "invalidToken"
const endsWith =
  (n: number) =>
  (frames: readonly string[]): boolean =>
    frames.at(-1)!.startsWith(`42["${topic}",{"n":${n},`)

/** A listener that keeps nothing of what it hears, so that only the server's memory counts. */
async function listenForgetfully(): Promise<{ until(n: number): Promise<void>; close(): void }> {
  const raw = await gateway.listen("")
  const { frames } = raw
  let heard = 0
  raw.socket.on("message", () => {
    for (const said of heardIn(frames.all.splice(0))) expect(said).toBe((heard += 1))
  })
  return { until: async (n) => void (await frames.until(() => heard >= n)), close: raw.close }
}

setFlagsFromString("--expose-gc")
const collect = runInNewContext("gc") as () => void

/** Bytes that are in use, garbage aside. */
function memory(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const mega = 1_000_000

describe("A listener that stops reading its WebSocket", () => {
  let slow: RawListening
  beforeEach(async () => {
    slow = await gateway.listen("")
    slow.socket.pause()
  })
  afterEach(() => slow.close())

  it("keeps nobody else waiting and no memory, and gets all it missed once and in order when it reads on", async () => {
    const other = await listenForgetfully()
    const before = memory()
    await appendThousands(40)
    await other.until(last)
    expect(memory() - before).toBeLessThan(10 * mega)
    other.close()
    slow.socket.resume()
    await slow.frames.until(endsWith(last))
    expect(heardIn(slow.frames.all)).toEqual(numbers(1, last))
  })

  it("keeps no memory with invalidTokens either", async () => {
    gateway.advance(hour)
    const before = memory()
    await appendThousands(100, 1)
    expect(memory() - before).toBeLessThan(10 * mega)
    slow.socket.resume()
    slow.send('42["renewedToken",{"token":"any"}]')
    await slow.frames.until(endsWith(last))
    expect(heardIn(slow.frames.all).filter((said) => !isInvalidToken(said))).toEqual(numbers(1, last))
  })

  it("is parked when its token lapses: one invalidToken for all it is behind with, then one for each event", async () => {
    await appendThousands(40)
    const behind = last
    gateway.advance(hour)
    slow.socket.resume()
    await slow.frames.until((frames) => frames.at(-1)!.startsWith('42["invalidToken"'))
    const inTime = heardIn(slow.frames.all).length - 1
    expect(inTime).toBeLessThan(behind)
    for (let times = 0; times < 3; times += 1) await appendOne()
    await slow.frames.until((frames) => heardIn(frames.slice(-3)).every(isInvalidToken))
    slow.send('42["renewedToken",{"token":"any"}]')
    await slow.frames.until(endsWith(last))
    const heard = heardIn(slow.frames.all)
    expect(heard.filter((said) => !isInvalidToken(said))).toEqual(numbers(1, last))
    expect(heard.flatMap((said, at) => (isInvalidToken(said) ? [at] : []))).toEqual(
      numbers(inTime, inTime + 3),
    )
  })

  it("is told what is no longer kept, before the first event that it can have", async () => {
    await appendThousands(40)
    const gone = last
    gateway.advance(age + hour)
    await appendOne()
    await appendOne()
    await gateway.sweep()
    slow.send('42["renewedToken",{"token":"any"}]')
    slow.socket.resume()
    await slow.frames.until(endsWith(last))
    const heard = heardIn(slow.frames.all).filter((said) => !isInvalidToken(said))
    const inTime = heard.length - 3
    const gap = { from: inTime + 1, to: gone, count: gone - inTime, reason: "retention" }
    expect(inTime).toBeLessThan(gone)
    expect(heard).toEqual([...numbers(1, inTime), ["stream.gap", gap], gone + 1, gone + 2])
  })
})

describe("A listener that polls rarely", () => {
  it("gets all it missed, once and in order, in as many polls as it takes", async () => {
    const polling = await listenByPolling(gateway.url, "any", [topic])
    const other = await listenForgetfully()
    const before = memory()
    await appendThousands(20)
    await other.until(last)
    expect(memory() - before).toBeLessThan(10 * mega)
    other.close()
    const polls: (readonly string[])[] = []
    for (let isOver = false; !isOver; isOver = endsWith(last)(polls.at(-1)!)) polls.push(await polling.poll())
    expect(heardIn(polls.flat())).toEqual(numbers(1, last))
    for (const frames of polls) expect(frames.length).toBeLessThan(1000)
  })
})

describe("A listener whose token has lapsed", () => {
  let listener: RawListening
  beforeEach(async () => {
    listener = await gateway.listen("")
    gateway.advance(hour)
    for (let times = 0; times < 3; times += 1) await appendOne()
    await listener.frames.until((frames) => heardIn(frames).length === 3)
    listener.frames.all.length = 0
    gateway.advance(age + hour)
  })
  afterEach(() => listener.close())

  const renew = (): void => listener.send('42["renewedToken",{"token":"any"}]')

  it("is told what is no longer kept when it renews, before the first event that it can have", async () => {
    await appendOne()
    await gateway.sweep()
    renew()
    await listener.frames.until(endsWith(last))
    const gap = { from: 1, to: 3, count: 3, reason: "retention" }
    expect(heardIn(listener.frames.all).slice(1)).toEqual([["stream.gap", gap], 4])
  })

  it("is told so too when nothing is left, and hears what is new", async () => {
    await gateway.sweep()
    renew()
    await listener.frames.until((frames) => frames.length === 1)
    await appendOne()
    await listener.frames.until(endsWith(last))
    expect(heardIn(listener.frames.all)).toEqual([
      ["stream.gap", { from: 1, to: 3, count: 3, reason: "retention" }],
      4,
    ])
  })

  it("is not told of what went before its subscription", async () => {
    listener.send('421["unsubscribeIsolated",{"topics":["*"]}]')
    listener.send(`422["subscribeIsolated",{"topics":["${topic}"]}]`)
    await listener.frames.until((frames) => frames.some((frame) => frame.startsWith("432")))
    await gateway.sweep()
    renew()
    await appendOne()
    await listener.frames.until(endsWith(last))
    expect(heardIn(listener.frames.all).filter((said) => !isInvalidToken(said))).toEqual([4])
  })
})
