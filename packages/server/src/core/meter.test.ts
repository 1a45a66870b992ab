/** What is counted. */
import { describe, expect, it } from "vitest"
import { countRefusal, measure, openMeter, openSpread } from "./meter.js"

describe("A spread", () => {
  it("counts each measurement at the least bound that it does not exceed, and above all of them last", () => {
    const spread = openSpread(-1, 0, 5)
    for (const value of [-7, -1, -0.5, 0, 4, 5, 6, 600]) measure(spread, value)
    expect(spread.counts).toEqual([2, 2, 2, 2])
    expect(spread.sum).toBe(606.5)
  })
})

describe("A meter", () => {
  it("begins at zero for every topic, and counts refusals by their code", () => {
    const meter = openMeter()
    expect(new Set(Object.values(meter.appended))).toEqual(new Set([0]))
    countRefusal(meter, "token_expired")
    countRefusal(meter, "token_expired")
    countRefusal(meter, "not_found")
    expect([...meter.refused]).toEqual([
      ["token_expired", 2],
      ["not_found", 1],
    ])
  })
})
