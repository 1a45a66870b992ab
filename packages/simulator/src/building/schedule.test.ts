import fc from "fast-check"
import { weekdays } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { createSchedule, holdsAt, type Times } from "./schedule.js"
import { createWallClock } from "./wall-clock.js"

const minute = 60_000
const hour = 60 * minute

const rule = (startTime: string, stopTime: string, recurring: Times["recurring"] = weekdays): Times => ({
  startTime,
  stopTime,
  recurring,
})

/** From when until when a rule holds between two moments, in UTC, as `01:00 to 02:00`. */
function held(times: Times, timezone: string, from: string, until: string): string[] {
  const [schedule, clock] = [createSchedule(times), createWallClock(timezone)]
  const [first, last] = [Date.parse(from), Date.parse(until)]
  const clockOf = (at: number): string => new Date(at).toISOString().slice(11, 16)
  const spans: string[] = []
  let since = holdsAt(schedule, clock, first) ? first : undefined
  for (let at = clock.next(schedule.turns, first); at < last; at = clock.next(schedule.turns, at)) {
    const holds = holdsAt(schedule, clock, at)
    if (holds && since === undefined) since = at
    if (holds || since === undefined) continue
    spans.push(`${clockOf(since)} to ${clockOf(at)}`)
    since = undefined
  }
  return since === undefined ? spans : [...spans, `${clockOf(since)} to`]
}

describe("A rule", () => {
  it("holds from its start until before its stop, on its days, by the clock on the wall", () => {
    const office = rule("08:00", "18:00", ["Thu", "Fri"])
    // In Madrid it is an hour later than in UTC; 2026-11-26 is a Thursday.
    expect(held(office, "Europe/Madrid", "2026-11-25T00:00Z", "2026-11-29T00:00Z")).toEqual([
      "07:00 to 17:00",
      "07:00 to 17:00",
    ])
  })

  it("may hold until 24:00, and goes on if the next day begins with it", () => {
    const [thursday, both] = [rule("20:00", "24:00", ["Thu"]), rule("00:00", "24:00", ["Thu", "Fri"])]
    expect(held(thursday, "UTC", "2026-11-25T00:00Z", "2026-11-29T00:00Z")).toEqual(["20:00 to 00:00"])
    expect(held(both, "UTC", "2026-11-25T00:00Z", "2026-11-29T00:00Z")).toEqual(["00:00 to 00:00"])
  })

  it("that goes over midnight belongs to the day on which it starts", () => {
    const night = rule("22:00", "06:00", ["Sun"])
    expect(held(night, "UTC", "2026-11-28T00:00Z", "2026-12-01T00:00Z")).toEqual(["22:00 to 06:00"])
    expect(holdsAt(createSchedule(night), createWallClock("UTC"), Date.parse("2026-11-30T05:59Z"))).toBe(true)
    expect(holdsAt(createSchedule(night), createWallClock("UTC"), Date.parse("2026-11-29T05:59Z"))).toBe(
      false,
    )
  })

  it("that stops when it starts never holds", () => {
    expect(held(rule("08:00", "08:00"), "UTC", "2026-11-25T00:00Z", "2026-11-29T00:00Z")).toEqual([])
  })

  it.each(["8:00", "24:01", "07:60", "noon"])("has no time like %s", (time) => {
    expect(() => createSchedule(rule(time, "24:00"))).toThrow(RangeError)
  })
})

describe("In the night in which daylight saving begins, a rule", () => {
  // Madrid, 29 March 2026: the clock goes from 02:00 to 03:00 at 01:00 UTC.
  const night = (times: Times) => held(times, "Europe/Madrid", "2026-03-28T22:30:00Z", "2026-03-29T12:00:00Z")

  it("for the hour that is left out does not hold", () => {
    expect(night(rule("02:00", "03:00"))).toEqual([])
  })

  it("that begins in it holds from when it is over", () => {
    expect(night(rule("02:30", "05:00"))).toEqual(["01:00 to 03:00"])
  })

  it("that ends in it holds until it begins", () => {
    expect(night(rule("01:00", "02:30"))).toEqual(["00:00 to 01:00"])
  })

  it("over midnight is an hour shorter", () => {
    expect(night(rule("23:45", "06:00"))).toEqual(["22:45 to 04:00"])
  })
})

describe("In the night in which daylight saving ends, a rule", () => {
  // Madrid, 25 October 2026: the clock goes from 03:00 to 02:00 at 01:00 UTC.
  const night = (times: Times) => held(times, "Europe/Madrid", "2026-10-24T21:30:00Z", "2026-10-25T12:00:00Z")

  it("for the hour that comes twice holds for two hours", () => {
    expect(night(rule("02:00", "03:00"))).toEqual(["00:00 to 02:00"])
  })

  it("for a part of it holds twice", () => {
    expect(night(rule("02:30", "03:00"))).toEqual(["00:30 to 01:00", "01:30 to 02:00"])
  })

  it("over midnight is an hour longer", () => {
    expect(night(rule("23:45", "06:00"))).toEqual(["21:45 to 05:00"])
  })
})

describe("A clock on the wall", () => {
  const zones = ["UTC", "Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
  const zone = fc.constantFrom(...zones, "America/St_Johns", "Pacific/Apia", "Africa/Casablanca")
  const moment = fc.integer({ min: Date.parse("1990-01-01T00:00Z"), max: Date.parse("2030-01-01T00:00Z") })

  it("shows what the time zone's rules say, in whatever order it is asked", () => {
    fc.assert(
      fc.property(zone, fc.array(moment, { minLength: 1, maxLength: 8 }), (timeZone, moments) => {
        const clock = createWallClock(timeZone)
        const format = new Intl.DateTimeFormat("en-GB", {
          timeZone,
          hourCycle: "h23",
          weekday: "short",
          hour: "2-digit",
          minute: "2-digit",
        })
        for (const at of moments.flatMap((one) => [one, one + 7 * hour, one - 2 * hour])) {
          const { weekday, minute: shown } = clock.read(at)
          const hours = String(Math.floor(shown / 60)).padStart(2, "0")
          const minutes = String(shown % 60).padStart(2, "0")
          expect(`${weekdays[weekday]} ${hours}:${minutes}`).toBe(format.format(at))
        }
      }),
    )
  })

  it("misses no minute at which a rule turns, and no jump", () => {
    fc.assert(
      fc.property(zone, moment, fc.integer({ min: 0, max: 1439 }), (timezone, from, turn) => {
        const clock = createWallClock(timezone)
        const next = clock.next([turn], from)
        expect(next).toBeGreaterThan(from)
        expect(next).toBeLessThanOrEqual(from + 24 * hour)
        for (let at = Math.floor(from / minute + 1) * minute; at < next; at += minute)
          expect(clock.read(at).minute).not.toBe(turn)
      }),
    )
  })

  it("is in a time zone that there is", () => {
    expect(() => createWallClock("Europe/Nowhere")).toThrow(RangeError)
  })
})
