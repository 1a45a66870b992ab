import type { Progress } from "@doorstream/simulator"
import { describe, expect, it } from "vitest"
import {
  openMeter,
  paceInWords,
  progressInWords,
  rounded,
  spanInWords,
  summaryInWords,
  type Moment,
} from "./pace-words.js"

const noon = Date.parse("2026-11-23T12:00:00Z")

const moment = (seconds: number, speed: number, more: Partial<Progress> = {}): Moment => ({
  real: seconds * 1000,
  progress: {
    at: noon + seconds * 1000 * speed,
    cloudNodes: 2,
    linked: 2,
    doors: 70,
    reported: seconds * 20,
    waiting: 0,
    obeyed: 0,
    ...more,
  },
})

describe("The line of a simulation's progress", () => {
  it("tells the building's time, the speed, doors, links and events", () => {
    const measure = openMeter()
    measure(moment(0, 60))
    const now = moment(5, 60)
    expect(progressInWords(now, measure(now), 60)).toBe(
      "2026-11-23 12:05:00Z | 60x | 70 doors | 2 of 2 cloud nodes linked | 100 events, 20/s",
    )
  })

  it("tells the speed that is reached where it is another than was wished, and what waits", () => {
    const measure = openMeter()
    measure(moment(0, 41))
    const now = moment(5, 41, { waiting: 1_234, linked: 1, cloudNodes: 1, doors: 1 })
    expect(progressInWords(now, measure(now), 60)).toBe(
      "2026-11-23 12:03:25Z | 60x (reached: 41x) | 1 door | 1 of 1 cloud node linked | 100 events, 20/s | 1,234 waiting",
    )
    expect(progressInWords(now, measure(now), "max")).toContain(" | max (41x) | ")
  })

  it("measures over the last seconds only", () => {
    const measure = openMeter()
    for (let second = 0; second < 20; second++) measure(moment(second, 60))
    const slow: Moment = { ...moment(25, 60), progress: moment(19, 60).progress }
    expect(measure(slow).perSecond).toBeLessThan(20)
    expect(measure({ ...slow, real: 31_000 })).toEqual({ speed: 0, perSecond: 0 })
  })
})

describe("A simulation", () => {
  it("says that the machine cannot follow, by how much, and that it follows again", () => {
    expect(paceInWords({ lags: true, wished: 5000, reached: 1234.5 })).toMatch(
      /--speed 5000: 1,235 is reached/,
    )
    expect(paceInWords({ lags: false, wished: 60, reached: 60 })).toBe(
      "It follows again: --speed 60 is reached.",
    )
  })

  it("says at its end what there was in all", () => {
    expect(summaryInWords(moment(0, 60), moment(90, 60, { reported: 4_321 }))).toBe(
      "4,321 events reported, 1h 30m of the building's time in 90.0 s",
    )
    expect(summaryInWords(moment(0, 1), moment(1, 1, { reported: 1, obeyed: 1, waiting: 2 }))).toBe(
      "1 event reported, 1 command obeyed, 2 not sent, 1s of the building's time in 1.0 s",
    )
  })

  it.each([
    [0, "0s"],
    [59_600, "1m"],
    [90_061_000, "1d 1h 1m 1s"],
  ])("writes %d milliseconds as %s", (milliseconds, words) => {
    expect(spanInWords(milliseconds)).toBe(words)
  })

  it.each([
    [0.0123, "0.012"],
    [18.24, "18.2"],
    [1234.5, "1,235"],
    [0, "0"],
  ])("rounds %d to %s", (number, words) => {
    expect(rounded(number)).toBe(words)
  })
})
