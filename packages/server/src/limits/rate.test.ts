/** How often something may happen, with a clock that the test turns. */
import { describe, expect, it } from "vitest"
import { openRate } from "./rate.js"

/** A rate of ten a second, three at once, and a way to take some. */
function openTen() {
  let now = 1_700_000_000_000
  const rate = openRate(100, 3, () => now)
  return {
    fullIn: (key = "a") => rate.fullIn(key),
    pass: (milliseconds: number) => void (now += milliseconds),
    take: (times: number, key = "a") => Array.from({ length: times }, () => rate.take(key)),
  }
}

describe("A rate", () => {
  it("lets through its reserve at once, and says how long it is until the next", () => {
    const { take } = openTen()
    expect(take(5)).toEqual([0, 0, 0, 100, 100])
  })

  it("says how long it is until all of it is there again", () => {
    const { take, pass, fullIn } = openTen()
    expect(fullIn()).toBe(0)
    take(5)
    expect([fullIn(), fullIn("b")]).toEqual([300, 0])
    pass(120)
    expect(fullIn()).toBe(180)
    pass(1000)
    expect(fullIn()).toBe(0)
  })

  it("lets through in the long run what it is set to, however it is asked", () => {
    const { take, pass } = openTen()
    take(3)
    let passed = 0
    for (let step = 0; step < 1000; step++) {
      pass(10)
      if (take(1)[0] === 0) passed += 1
    }
    expect(passed).toBe(100)
  })

  it("is whole again after a rest, and not more than whole", () => {
    const { take, pass } = openTen()
    take(9)
    pass(1_000_000)
    expect(take(4)).toEqual([0, 0, 0, 100])
  })

  it("counts each key by itself", () => {
    const { take } = openTen()
    take(4)
    expect(take(1, "b")).toEqual([0])
  })

  it("locks nobody out for long when the clock is put back", () => {
    const { take, pass } = openTen()
    take(3)
    pass(-3_600_000)
    expect(take(1)).toEqual([100])
    pass(100)
    expect(take(1)).toEqual([0])
  })

  it("lets through all of a reserve that its interval does not divide", () => {
    const rate = openRate(1000 / 3, 30, () => 1_700_000_000_123)
    const taken = Array.from({ length: 31 }, () => rate.take("a"))
    expect(taken.filter((wait) => wait === 0)).toHaveLength(30)
  })

  it("forgets the key that was used longest ago when there are too many", () => {
    const { take } = openTen()
    take(4, "first")
    for (let key = 0; key < 99_999; key++) take(1, `${key}`)
    expect(take(1, "first")).toEqual([100])
    take(1, "one more")
    take(1, "and another")
    expect(take(1, "0")).toEqual([0])
  })
})
