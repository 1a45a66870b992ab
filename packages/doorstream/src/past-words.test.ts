/** Where in the past somebody means, by what they say. */
import { describe, expect, it } from "vitest"
import { readPlace } from "./past-words.js"

const now = Date.parse("2026-11-26T15:30:00Z")
const hour = 3_600_000

const localMidnight = (daysBefore: number): number => {
  const day = new Date(now)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBefore).getTime()
}

describe("A place in the past", () => {
  it("may be so long ago", () => {
    expect(readPlace("2h", now).time).toBe(now - 2 * hour)
    expect(readPlace("1d12h", now).time).toBe(now - 36 * hour)
    expect(readPlace("90m", now)).toEqual({ after: `time:${now - 1.5 * hour}`, time: now - 1.5 * hour })
  })

  it("may be a midnight here, or a time", () => {
    expect(readPlace("today", now).time).toBe(localMidnight(0))
    expect(readPlace("yesterday", now).time).toBe(localMidnight(1))
    expect(readPlace("2026-11-25T07:00:00+01:00", now).time).toBe(Date.parse("2026-11-25T06:00:00Z"))
    expect(readPlace("2026-11-25", now).time).toBe(new Date(2026, 10, 25).getTime())
  })

  it("may be a cursor, the beginning, or the last of something", () => {
    expect(readPlace("1.abc_-x.2s", now)).toEqual({ after: "1.abc_-x.2s", cursor: "1.abc_-x.2s" })
    expect(readPlace("earliest", now)).toEqual({ after: "earliest" })
    expect(readPlace("last:100", now)).toEqual({ after: "last:100" })
  })

  it("is refused by what it must be where it is nothing of the kind", () => {
    for (const text of [
      "",
      "tomorrow",
      "2x",
      "h",
      "-1h",
      "last:0",
      "last:",
      "26.11.2026",
      "2026-13-01",
      "1..2",
    ])
      expect(() => readPlace(text, now), text).toThrow("must be earliest, last:100, 2h (ago)")
    expect(() => readPlace("2026-11-27T00:00:00Z", now)).toThrow("must not be in the future")
  })
})
