/**
 * Somebody who asks for events again and again, a few at a time, has the whole log in the end, each event once and in its
 * order; what was forgotten before it was asked for is told in its place. PROTOCOL §20.
 */
import { EventEmitter } from "node:events"
import type { IncomingMessage } from "node:http"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { afterEach, beforeEach, expect, it } from "vitest"
import { unfiltered } from "../support/unfiltered.js"
import { tokenOf } from "../support/gateway.js"
import type { Pulled } from "../../packages/server/src/core/listening.js"
import { openMeter } from "../../packages/server/src/core/meter.js"
import { noLimits } from "../../packages/server/src/limits/limits.js"
import { openFolder, type Folder } from "../../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { HttpFeet } from "../../packages/server/src/reading/feet.js"
import { openTails } from "../../packages/server/src/reading/tail.js"
import { systemId } from "../support/house.js"

const hour = 3_600_000

/** Kept for a shorter time than the others. */
const brief = "device.request.allowed" as const satisfies TopicName
const names = [brief, "device.alarm.forced", "device.input.dps.opened"] as const

let path: string
let folder: Folder
let log: ReturnType<typeof embeddedLog>
let feet: HttpFeet
let ahead: number
const now = (): number => Date.now() + ahead
beforeEach(async () => {
  ahead = 0
  path = await mkdtemp(join(tmpdir(), "doorstream-"))
  folder = await openFolder(path)
  const retention = {
    age: 100_000 * hour,
    families: [{ topics: [brief] as const, age: hour }],
    bytes: Infinity,
  }
  log = embeddedLog(folder, { retention, now })
  const fault = (error: unknown): void => expect.fail(String(error))
  const tailOf = openTails(log, { heard: () => undefined, now })
  feet = new HttpFeet(
    {
      log,
      tailOf,
      ...unfiltered,
      meter: openMeter(),
      now,
      reminderEvery: 5000,
      objectionTo: () => undefined,
      expiringAhead: 60_000,
      fault,
      ...noLimits,
    },
    {
      beatEvery: hour,
      takePlace: () => () => undefined,
      addressOf: () => "unknown",
      number: () => 0,
      told: () => undefined,
      ended: { remember: () => undefined },
    },
  )
})
afterEach(async () => {
  await feet.drain(Date.now())
  await log.close()
  await folder.close()
  await rm(path, { recursive: true })
})

async function pull(topics: readonly string[], after: string, limit: number): Promise<Pulled> {
  const request = {} as IncomingMessage
  const over = Object.assign(new EventEmitter(), { destroyed: false })
  const token = tokenOf(systemId, now() + hour)
  const pulled = await feet.pull({
    request,
    over,
    token,
    subscription: { topics, after },
    limit,
    wait: 0,
    received: false,
  })
  if ("code" in pulled) expect.fail(pulled.code)
  return pulled
}

/** Numbers from one to another, both included. */
const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at)

interface Heard {
  readonly events: number[]
  readonly gone: number[]
}

async function readAll(topics: readonly string[], after: string, limits: readonly number[], last: number) {
  const heard: Heard = { events: [], gone: [] }
  let cursor = after
  for (let at = 0; ; at += 1) {
    const limit = limits[at % limits.length]!
    const pulled = await pull(topics, cursor, limit)
    expect(pulled.events.length).toBeLessThanOrEqual(limit)
    for (const row of pulled.events) heard.events.push((JSON.parse(row) as { event: { n: number } }).event.n)
    if (pulled.gap !== undefined) heard.gone.push(...numbers(pulled.gap.from, pulled.gap.to))
    if (pulled.cursor.endsWith(`.${last.toString(36)}`)) return heard
    // Where there is more, each answer gets on.
    expect(pulled.cursor).not.toBe(cursor)
    ;({ cursor } = pulled)
  }
}

const writes = fc.array(fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 40 }), {
  minLength: 1,
  maxLength: 12,
})
const asked = fc.record({
  writes,
  /** After so many writes, what is kept for a shorter time is forgotten. */
  forgotten: fc.nat(12),
  topics: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
  limits: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
})

const runs = process.env["DOORSTREAM_SOAK"] === "1" ? 3000 : 40

it(
  "Whoever asks on from cursor to cursor hears everything once and in order, and of all else that it is gone",
  { timeout: 600_000 },
  async () => {
    const all: TopicName[] = []
    await fc.assert(
      fc.asyncProperty(asked, async ({ writes: batches, forgotten, topics, limits }) => {
        const { cursor } = await pull(["*"], "earliest", 1000).then(() => pull(["*"], "last:1", 1))
        const begun = all.length
        let gone = begun
        for (const [at, batch] of batches.entries()) {
          const events = batch.map((topic) => ({ topic, text: `{"n":${all.push(topic)}}` }))
          await log.append(systemId, [{ reportId: "", received: now(), events }])
          if (at + 1 !== forgotten) continue
          ahead += 2 * hour
          await log.sweep()
          gone = all.length
        }
        const after = begun === 0 ? "earliest" : cursor
        const heard = await readAll(topics, after, limits, all.length)
        const mine = numbers(begun + 1, all.length).filter((n) =>
          topics.some((topic) => topic === all[n - 1]),
        )
        const isGone = (n: number): boolean => n <= gone && all[n - 1] === brief
        expect(heard.events).toEqual(mine.filter((n) => !isGone(n)))
        expect(heard.gone.filter((n) => mine.includes(n) && isGone(n))).toEqual(mine.filter(isGone))
      }),
      { numRuns: runs, seed: 20 },
    )
  },
)
