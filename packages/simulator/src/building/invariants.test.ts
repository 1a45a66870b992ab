import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { findBreaches } from "../../test/invariants.js"
import { anyDeeds, gather } from "../../test/whatever-building.suite.js"
import { demoBuilding } from "../demo-building.js"
import { readScenario } from "../scenarios/read-scenario.js"
import { openBuilding } from "./building.js"
import type { Sending } from "./lines.js"

const from = Date.parse("2026-11-23T08:00:00.000Z")
const { scenario: rush } = readScenario(`
name: Rush
lasts: 3m
acts:
  - { do: tailgate, every: 20s }
  - { do: enter, each: 15s }
  - { do: leave, each: 25s }
  - { do: prop, every: 30s }
  - { do: force, every: 40s }
  - { do: clear-alarm, every: 30s }
`)
const anyJump = fc.integer({ min: -3_600_000, max: 3_600_000 })

// The soak takes minutes; a slice of it is enough to see what is broken.
const numRuns = process.env["DOORSTREAM_SOAK"] === "1" ? 3_000 : 50

type Told = Sending | { readonly gone: readonly string[] }

/** Everything that a building tells while people and schedules go on, and all lines are mended at last. */
const anyTold = (kind: "lines" | "doors"): fc.Arbitrary<Told[]> =>
  fc.tuple(fc.nat(), fc.boolean(), anyDeeds(kind), anyJump).map(([seed, inRush, deeds, jump]) => {
    const scenario = inRush && rush ? { scenario: rush } : {}
    const building = openBuilding({ plan: demoBuilding, seed, run: "run", from, ...scenario })
    const told: Told[] = []
    let at = from
    for (const [index, [pause, { does, gone = [] }]] of deeds.entries()) {
      at += pause
      told.push(...building.advance(at), ...does(building, at))
      if (gone.length > 0) told.push({ gone })
      if (index !== deeds.length >> 1) continue
      building.shift(jump)
      at += jump
    }
    const lines = [...demoBuilding.connections, demoBuilding.cloudNode]
    for (const { id } of lines) told.push(...building.act("", { does: "mends", id }, at))
    return [...told, ...building.advance(at + 60_000)]
  })

/** Whatever is done to a building, meanwhile and at any moment. */
const holds = (property: (told: Told[]) => void): void => {
  for (const kind of ["lines", "doors"] as const) fc.assert(fc.property(anyTold(kind), property), { numRuns })
}

describe("Whatever happens to a building", () => {
  it("no door and no controller contradicts itself, in the order in which it reports", () => {
    holds((told) => {
      expect(gather(told).flatMap(findBreaches)).toEqual([])
    })
  })

  it("every report is sent once, those of one door in order", () => {
    holds((told) => {
      const numberOf = ({ id }: { id: string }): number => Number(id.slice(4))
      const stories = gather(told).map((story) => story.map(numberOf))
      for (const story of stories) expect(story).toEqual(story.toSorted((one, other) => one - other))
      const sent = told.flatMap((one) =>
        "kind" in one && one.kind === "report" ? [numberOf(one.report)] : [],
      )
      expect(sent.toSorted((one, other) => one - other)).toEqual(sent.map((_, index) => index + 1))
    })
  })

  it("a cloud node leaves and returns by turns, sends nothing in between, and has returned at last", () => {
    holds((told) => {
      let isAway = false
      for (const one of told) {
        if (!("kind" in one)) continue
        if (one.kind === "left") expect(isAway).toBe(false)
        else expect(isAway).toBe(one.kind === "returned")
        isAway = one.kind === "left"
      }
      expect(isAway).toBe(false)
    })
  })

  it("every sync that was begun ends, at every controller and with what is told of it", () => {
    holds((told) => {
      const sendings = told.filter((one) => "kind" in one)
      const ends = sendings.filter(({ kind }) => kind === "synced")
      const alls = sendings.filter(
        (one) => one.kind === "report" && one.report.topic === "endpoint.sync.finished.all",
      )
      expect(alls).toHaveLength(ends.length)
      const controllers = gather(told).filter(([one]) => one?.topic.startsWith("endpoint."))
      for (const story of controllers) expect(story.at(-1)?.topic).toBe("endpoint.sync.finished")
      expect(ends.length > 0).toBe(controllers.length > 0)
    })
  })
})
