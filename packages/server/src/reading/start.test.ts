import { describe, expect, it } from "vitest"
import type { TopicName } from "@doorstream/contract"
import { readAfter, type After } from "../core/cursor.js"
import type { Log, Row } from "../core/ports.js"
import { wholeView } from "../core/view.js"
import { findStart } from "./start.js"

const often: TopicName = "device.input.dps.opened"
const seldom: TopicName = "device.input.rex.on"

/** A log that is kept from `first` on; position 10 was received at 1000, and so on. */
function logOf(first: number, last: number, more: Partial<Record<number, Partial<Row>>> = {}) {
  let looks = 0
  const rowAt = (position: number): Row => ({
    position,
    topic: position % 1000 === 0 ? seldom : often,
    text: "{}",
    received: position * 100,
    reportId: "",
    ...more[position],
  })
  const log: Pick<Log, "extent" | "read"> = {
    extent: () => Promise.resolve({ epoch: "this", first, last }),
    read: (_, from, bounds) => {
      looks += 1
      const start = Math.max(from, first)
      // Time is up sooner than the page is full, now and then.
      const length = Math.max(0, Math.min(bounds.rows, 100, last - start + 1))
      const rows = Array.from({ length }, (_gone, n) => rowAt(start + n))
      return Promise.resolve({ rows, next: start + length, first })
    },
  }
  const start = (after: After, topics: readonly TopicName[] = [often]) =>
    findStart(after, { system: "a", log: log as Log, topics, view: wholeView })
  return { start, looks: () => looks }
}
const cursor = (position: number, epoch = "this"): After => ({ cursor: { epoch, position } })

describe("Reading from a cursor", () => {
  it("goes on after it, at both ends of what is kept as well", async () => {
    const { start } = logOf(11, 20)
    for (const position of [10, 15, 20]) expect(await start(cursor(position))).toEqual({ position })
  })

  it("begins at the oldest that is kept where its own is gone, and tells which are", async () => {
    expect(await logOf(11, 20).start(cursor(9))).toMatchObject({ position: 10, gap: { from: 10, count: 1 } })
    expect(await logOf(11, 20).start(cursor(7))).toEqual({
      position: 10,
      gap: { from: 8, to: 10, count: 3, reason: "retention" },
    })
  })

  it("is refused where the log has not come so far", async () => {
    expect(await logOf(11, 20).start(cursor(21))).toMatchObject({ code: "cursor_ahead" })
  })

  it("of another log begins at the oldest that is kept, whichever position it names", async () => {
    for (const position of [0, 15, 4711])
      expect(await logOf(11, 20).start(cursor(position, "other"))).toEqual({
        position: 10,
        gap: { from: 1, to: 10, count: 10, reason: "epoch" },
      })
  })
})

describe("Reading from a time", () => {
  it("begins with the first event that was received then or later", async () => {
    const { start } = logOf(1, 1000)
    expect(await start({ time: 0 })).toEqual({ position: 0 })
    expect(await start({ time: 4200 })).toEqual({ position: 41 })
    expect(await start({ time: 4201 })).toEqual({ position: 42 })
    expect(await start({ time: 100_000 })).toEqual({ position: 999 })
    expect(await start({ time: 100_001 })).toEqual({ position: 1000 })
  })

  it("finds it in a few looks, however long the log is", async () => {
    const { start, looks } = logOf(1, 1e9)
    expect(await start({ time: 4_200_000_001 })).toEqual({ position: 42_000_000 })
    expect(looks()).toBeLessThan(40)
  })

  it("tells what is gone where the time is before all that is kept", async () => {
    const gap = { from: 1, to: 10, count: 10, reason: "retention" }
    expect(await logOf(11, 20).start({ time: 1099 })).toEqual({ position: 10, gap })
    expect(await logOf(11, 20).start({ time: 1100 })).toEqual({ position: 10 })
    expect(await logOf(11, 10).start({ time: 1100 })).toEqual({ position: 10, gap })
  })
})

describe("Reading the last events", () => {
  it("counts those of the topics that were asked for, and that are still there", async () => {
    expect(await logOf(1, 5500).start({ last: 3 })).toEqual({ position: 5497 })
    expect(await logOf(1, 5500).start({ last: 3 }, [seldom])).toEqual({ position: 2999 })
    expect(await logOf(1, 5500, { 5000: { text: "" } }).start({ last: 1 }, [seldom])).toEqual({
      position: 3999,
    })
  })

  it("begins with the oldest where there are fewer", async () => {
    expect(await logOf(11, 20).start({ last: 100 })).toEqual({ position: 10 })
    expect(await logOf(1, 0).start({ last: 1 })).toEqual({ position: 0 })
  })

  it("looks no further back than is bearable", async () => {
    const { start, looks } = logOf(1, 1e9 + 1)
    expect(await start({ last: 10_000 }, [seldom])).toEqual({ position: 1e9 + 1 - 100_000 })
    expect(looks()).toBeLessThan(1500)
  })
})

it("Reading from the earliest begins before the oldest that is kept", async () => {
  expect(await logOf(11, 20).start(readAfter("earliest") as After)).toEqual({ position: 10 })
})
