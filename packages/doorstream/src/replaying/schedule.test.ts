/** When replayed events are due, whatever the clock of the past did. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { openSchedule } from "./schedule.js"

const times = (speed: number, ...received: number[]): number[] => received.map(openSchedule(speed, 1000))

describe("An event of the past", () => {
  it("is due as long after the first as it was, divided by the speed", () => {
    expect(times(1, 500_000, 500_250, 560_000)).toEqual([1000, 1250, 61_000])
    expect(times(60, 500_000, 506_000, 560_000)).toEqual([1000, 1100, 2000])
    expect(times(0.5, 0, 100)).toEqual([1000, 1200])
  })

  it("is due at once where there is no limit", () => {
    expect(times(Infinity, 0, 86_400_000, 0)).toEqual([1000, 1000, 1000])
  })

  it("waits for nothing, and overtakes nothing, where the clock was put back", () => {
    expect(times(1, 10_000, 9_000, 9_500, 10_000, 10_100)).toEqual([1000, 1000, 1000, 1000, 1100])
  })

  it("is never due before the one before it, and all take as long as the past took", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(1e9), { minLength: 1 }),
        fc.integer({ min: 1, max: 1000 }),
        (received, speed) => {
          const due = times(speed, ...received)
          expect(due).toEqual(due.toSorted((one, other) => one - other))
          const passed = (Math.max(...received) - received[0]!) / speed
          expect(due.at(-1)! - 1000).toBeCloseTo(passed, 3)
        },
      ),
    )
  })
})
