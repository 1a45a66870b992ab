import { describe, expect, it } from "vitest"
import { readAfter, readCursor, writeCursor } from "./cursor.js"

const epoch = "27c3efe4-0d51-4816-a523-a097b606d9f6"

describe("A cursor", () => {
  it("holds an epoch and a position, whichever they are", () => {
    for (const position of [0, 1, 35, 36, 4711, Number.MAX_SAFE_INTEGER])
      expect(readCursor(writeCursor({ epoch, position }))).toEqual({ epoch, position })
  })

  it("stands in a URL as it is, and in an HTTP header", () => {
    const cursor = writeCursor({ epoch, position: 4711 })
    expect(cursor).toBe(`1.${epoch}.3mv`)
    expect(encodeURIComponent(cursor)).toBe(cursor)
  })

  it.each([
    ["nothing", ""],
    ["another version", `2.${epoch}.1`],
    ["no position", `1.${epoch}.`],
    ["a position below 0", `1.${epoch}.-1`],
    ["a position beyond what a number can hold", `1.${epoch}.zzzzzzzzzzz`],
    ["a position in two ways", `1.${epoch}.01`],
    ["no epoch", "1..1"],
    ["something before it", ` 1.${epoch}.1`],
    ["a line after it", `1.${epoch}.1\n`],
    ["a number", 1],
  ])("is refused where it is %s", (_, text) => {
    expect(readCursor(text)).toMatchObject({ code: "cursor_malformed" })
  })
})

describe("Where reading begins", () => {
  it("is said as a cursor, the earliest event, a time or a number of events", () => {
    expect(readAfter(`1.${epoch}.a`)).toEqual({ cursor: { epoch, position: 10 } })
    expect(readAfter("earliest")).toBe("earliest")
    expect(readAfter({ time: 0 })).toEqual({ time: 0 })
    expect(readAfter({ last: 10_000 })).toEqual({ last: 10_000 })
  })

  it("is said in a URL, too", () => {
    expect(readAfter("time:1719356407640")).toEqual({ time: 1_719_356_407_640 })
    expect(readAfter("last:100")).toEqual({ last: 100 })
  })

  it.each([
    ["nothing", undefined],
    ["a number", 7],
    ["an array", []],
    ["an empty object", {}],
    ["two at once", { last: 1, time: 1 }],
    ["another name", { first: 1 }],
    ["no events", { last: 0 }],
    ["more events than are counted", { last: 10_001 }],
    ["half an event", { last: 1.5 }],
    ["a time as text", { time: "1719356407640" }],
    ["a time before 1970", { time: -1 }],
    ["no time in a URL", "last:0"],
  ])("is refused where it is %s", (_, value) => {
    expect(readAfter(value)).toMatchObject({ code: "after_invalid" })
  })
})
