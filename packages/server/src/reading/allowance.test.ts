/** How much somebody may say, with a clock that the test turns. */
import { describe, expect, it } from "vitest"
import { openAllowance } from "./allowance.js"

/** Ten a second, so a hundred at once. */
function openTen() {
  let now = 1_700_000_000_000
  const allowance = openAllowance(10, () => now)
  return {
    pass: (milliseconds: number) => void (now += milliseconds),
    spend: (times: number) => {
      for (let count = 0; count < times; count++) allowance.spend()
      return allowance.wait()
    },
  }
}

describe("An allowance", () => {
  it("has ten seconds' worth at once, and then owes a tenth of a second for each", () => {
    const { spend } = openTen()
    expect([spend(100), spend(1), spend(2)]).toEqual([0, 100, 300])
  })

  it("is paid by time, and whole again after a rest, not more than whole", () => {
    const { spend, pass } = openTen()
    spend(103)
    pass(100)
    expect(spend(0)).toBe(200)
    pass(200)
    expect(spend(0)).toBe(0)
    pass(1_000_000)
    expect([spend(100), spend(1)]).toEqual([0, 100])
  })

  it("lets off what would keep somebody waiting for longer than half a minute", () => {
    const { spend, pass } = openTen()
    expect(spend(100_000)).toBe(30_000)
    pass(30_100)
    expect(spend(0)).toBe(0)
  })

  it("keeps nobody waiting for long when the clock is put back", () => {
    const { spend, pass } = openTen()
    spend(101)
    pass(-3_600_000)
    expect(spend(0)).toBe(30_000)
    spend(1)
    pass(30_200)
    expect(spend(0)).toBe(0)
  })

  it("that is without a limit never has to be waited for", () => {
    const allowance = openAllowance(Infinity, () => 1_700_000_000_000)
    for (let count = 0; count < 1000; count++) allowance.spend()
    expect(allowance.wait()).toBe(0)
  })
})
