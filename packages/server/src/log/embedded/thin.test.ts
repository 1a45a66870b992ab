/** Events that are forgotten before their turn, in the log itself: what stays of them, and what it costs. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { expect, it } from "vitest"
import type { TopicName } from "@doorstream/contract"
import { openAges, type Family } from "./ages.js"
import { openFolder } from "./folder.js"
import { embeddedLog } from "./log.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const bounds = { rows: 10_000, milliseconds: 10_000 }
const families: readonly Family[] = [
  { topics: ["device.request.allowed", "device.request.denied"], age: 20 },
  { topics: ["device.alarm.forced"], age: 300 },
  { topics: ["liveEvent"], age: 50 },
]
const age = 100
const topics: readonly TopicName[] = [
  "device.request.allowed",
  "device.alarm.forced",
  "device.input.dps.opened",
  "liveEvent",
]

/** What must be left of an event, by looking at it alone. */
const isKept = (topic: TopicName, beside: TopicName | undefined, old: number): boolean => {
  const own: Partial<Record<TopicName, number>> = {
    "device.request.allowed": 20,
    "device.alarm.forced": 300,
    liveEvent: 50,
  }
  const ageOf = (of: TopicName): number => own[of] ?? 100
  return old <= (topic === "liveEvent" && beside !== undefined ? Math.min(50, ageOf(beside)) : ageOf(topic))
}

interface Opened {
  at(time: number): void
  append(topic: TopicName, received: number, reportId?: string): Promise<unknown>
  sweep(): Promise<void>
  rows(): Promise<readonly { position: number; topic: TopicName; text: string; received: number }[]>
  reopen(): Promise<void>
}

async function withLog(check: (opened: Opened) => Promise<void>): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "doorstream-thin-"))
  let now = 0
  const options = { retention: { age, families, bytes: Infinity }, now: () => now }
  let folder = await openFolder(path)
  let log = embeddedLog(folder, options)
  const close = async (): Promise<void> => {
    await log.close()
    await folder.close()
  }
  let made = 0
  try {
    await check({
      at: (time) => (now = time),
      append: (topic, received, reportId = `${(made += 1)}`) =>
        log.append(system, [{ reportId, received, events: [{ topic, text: `{"n":${made}}` }] }]),
      sweep: () => log.sweep(),
      rows: async () => (await log.read(system, 1, bounds)).rows,
      reopen: async () => {
        await close()
        folder = await openFolder(path)
        log = embeddedLog(folder, options)
      },
    })
  } finally {
    await close()
    await rm(path, { recursive: true })
  }
}

it("Each event is kept for its topic's time, at its position, whenever it is swept and reopened", async () => {
  const happening = fc.record({
    topic: fc.constantFrom(...topics),
    pause: fc.integer({ min: 0, max: 40 }),
    next: fc.constantFrom("sweep", "reopen", "nothing"),
  })
  const property = fc.asyncProperty(
    fc.array(happening, { maxLength: 30 }),
    fc.integer({ max: 400 }),
    (story, more) =>
      withLog(async ({ at, append, sweep, rows, reopen }) => {
        let now = 1000
        const told: { topic: TopicName; received: number }[] = []
        for (const { topic, pause, next } of story) {
          at((now += pause))
          told.push({ topic, received: now })
          await append(topic, now)
          if (next === "sweep") await sweep()
          if (next === "reopen") await reopen()
        }
        at((now += Math.abs(more)))
        await sweep()
        const longest = told.findIndex(({ received }) => now - received <= 300)
        const due = told.flatMap(({ topic, received }, index) => {
          if (longest < 0 || index < longest) return []
          const beside = index > longest ? told[index - 1]!.topic : undefined
          const text = isKept(topic, beside, now - received) ? `{"n":${index + 1}}` : ""
          return [{ position: index + 1, topic, received, text }]
        })
        const left = await rows()
        // What stood before the first that is left is gone: a sentence there may have been forgotten with it before.
        expect(left.slice(1)).toMatchObject(due.slice(1))
        expect(left.length).toBe(due.length)
      }),
  )
  await fc.assert(property, { numRuns: 60 })
})

it("A report whose event was forgotten before its turn is known when it comes again", async () => {
  await withLog(async ({ at, append, sweep, rows }) => {
    await append("device.request.allowed", 0)
    await append("device.alarm.forced", 0)
    at(21)
    await sweep()
    expect((await rows()).map(({ text }) => text)).toEqual(["", '{"n":2}'])
    expect(await append("device.request.allowed", 21, "1")).toEqual([{ position: 1, repeated: true }])
  })
})

it("Where no topic has a time of its own, nothing is forgotten before its turn", () => {
  expect(openAges(100).shorter).toEqual([])
  expect(openAges(100).longest).toBe(100)
  expect(openAges(100, [{ topics: ["liveEvent"], age: 500 }])).toMatchObject({ shorter: [100], longest: 500 })
})
