/** How cloud nodes' clocks go. */
import { describe, expect, it } from "vitest"
import { openClocks } from "./clocks.js"

const noon = Date.UTC(2026, 10, 23, 12)
const minute = 60_000

const latenessesOf = (clocks: ReturnType<typeof openClocks>, now: number) =>
  clocks.latenesses(now).map(({ cloudNode, lateness }) => [cloudNode, lateness])

describe("A cloud node's clock", () => {
  it("is told by the smallest lateness of its events, so that one that came late changes nothing", () => {
    const clocks = openClocks()
    for (const late of [3000, 200, 86_400_000]) clocks.hear("tower", "north", noon - late, noon)
    clocks.hear("tower", "south", noon + 4000, noon)
    clocks.hear("annex", "north", noon - 1, noon)
    expect(clocks.latenesses(noon)).toEqual([
      expect.objectContaining({ system: "annex", cloudNode: "north", lateness: 1 }),
      expect.objectContaining({ system: "tower", cloudNode: "south", lateness: -4000 }),
      expect.objectContaining({ system: "tower", cloudNode: "north", lateness: 200 }),
    ])
  })

  it("that was set right is told of as such after some minutes, and one that is silent no more", () => {
    const clocks = openClocks()
    clocks.hear("tower", "north", noon + 4000, noon)
    clocks.hear("tower", "north", noon + 11 * minute, noon + 11 * minute)
    expect(latenessesOf(clocks, noon + 11 * minute)).toEqual([["north", -4000]])
    expect(latenessesOf(clocks, noon + 21 * minute)).toEqual([["north", 0]])
    expect(latenessesOf(clocks, noon + 42 * minute)).toEqual([])
  })

  it.each([
    ["five seconds ahead or less", noon + 5000, false],
    ["more than that ahead", noon + 5001, true],
    ["at the end of all dates", 8.64e15, true],
    ["behind by a quarter of a century", Date.UTC(2000, 0, 1), false],
    ["before 2000", Date.UTC(2000, 0, 1) - 1, true],
    ["at 1970", 0, true],
  ])("%s: whether it is plainly wrong", (_, occurred, wrong) => {
    expect(openClocks().hear("tower", "north", occurred, noon)).toBe(wrong)
  })

  it("is said to be wrong once an hour, each by itself", () => {
    const clocks = openClocks()
    const hear = (cloudNode: string, now: number) => clocks.hear("tower", cloudNode, 0, now)
    expect([hear("north", noon), hear("north", noon + 59 * minute), hear("south", noon)]).toEqual([
      true,
      false,
      true,
    ])
    expect([hear("north", noon + 60 * minute), hear("north", noon + 61 * minute)]).toEqual([true, false])
  })

  it("is one of many: a hundred are told of, those that reported last, and some thousand are remembered", () => {
    const clocks = openClocks()
    for (let node = 0; node < 20_000; node++) clocks.hear("tower", `${node}`, 0, noon)
    expect(clocks.hear("tower", "15000", 0, noon)).toBe(false)
    expect(clocks.hear("tower", "0", 0, noon)).toBe(true)
    const told = latenessesOf(clocks, noon).map(([cloudNode]) => cloudNode)
    expect(told).toHaveLength(100)
    expect(told.slice(0, 3)).toEqual(["0", "15000", "19999"])
  })
})
