import fc from "fast-check"
import { readReport } from "@doorstream/contract/validate"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { openBuilding, type Building } from "./building.js"
import { reportsOf, type Sending } from "./lines.js"
import type { Plan } from "./plan.js"
import { readScenario } from "../scenarios/read-scenario.js"

const from = Date.parse("2026-11-23T08:00:00.000Z")
const node = demoBuilding.cloudNode.id
const [ground, upper] = demoBuilding.connections.map(({ id }) => id) as [string, string]
const { scenario: nothing } = readScenario(
  "name: Nothing\nacts:\n- { do: enter, doors: Front Door, after: 9h }",
)

/** A building in which nobody does anything. */
const open = (plan: Plan = demoBuilding, seed = 7): Building =>
  openBuilding({ plan, seed, run: "run", from, ...(nothing && { scenario: nothing }) })

const names = new Map([
  [ground, "ground"],
  [upper, "upper"],
])
const told = (sent: readonly Sending[]): string[] =>
  sent.map((sending) =>
    sending.kind === "report"
      ? `${sending.report.topic.replace("endpoint.sync.", "")} ${names.get(sending.report.body.connectionId ?? "")}`
      : sending.kind,
  )

const cut = (building: Building, id: string, at: number) => building.act("", { does: "cuts", id }, at)
const mend = (building: Building, id: string, at: number) => building.act("", { does: "mends", id }, at)

describe("A sync", () => {
  it("begins and ends at every controller, and then all are said to have ended, once", () => {
    const building = open()
    const { finishedAt, sync } = building.sync(node, "ao_rules", from)
    expect(told(building.advance(from))).toEqual(["started ground", "started upper"])
    const sent = building.advance(finishedAt)
    const last = sent.at(-3)
    expect(told(sent).slice(0, 2).toSorted()).toEqual(["finished ground", "finished upper"])
    expect(sent.at(-1)).toEqual({ kind: "synced", cloudNodeId: node, sync })
    expect(reportsOf(sent).at(-1)).toMatchObject({
      topic: "endpoint.sync.finished.all",
      occurred: finishedAt,
      body: { ...(last?.kind === "report" && last.report.body), address: "", type: "ao_rules" },
    })
    for (const report of reportsOf(sent)) expect(readReport(report)).toEqual(report)
    expect(finishedAt - from).toBeGreaterThanOrEqual(200)
    expect(finishedAt - from).toBeLessThanOrEqual(1_500)
    expect(building.advance(from + 60_000)).toEqual([])
  })

  it("is over at once, without a word, where there are no controllers", () => {
    const building = open({ ...demoBuilding, connections: [] })
    const { finishedAt, sync } = building.sync(node, "people", from + 1)
    expect(finishedAt).toBe(from + 1)
    expect(building.advance(from + 1)).toEqual([{ kind: "synced", cloudNodeId: node, sync }])
  })

  it("takes the place of an older one: whoever is at it goes on, whoever has finished begins again", () => {
    const building = open()
    const older = building.sync(node, "people", from)
    const moments = [...Array(15).keys()].map((index) => from + 100 * (index + 1))
    const sent = building.advance(from)
    const halfway = moments.find((at) => sent.push(...building.advance(at)) && sent.length === 3) ?? NaN
    const newer = building.sync(node, "access_rules", halfway)
    sent.push(...building.advance(newer.finishedAt))
    const [fast, slow] = told(sent)[2] === "finished ground" ? ["ground", "upper"] : ["upper", "ground"]
    expect(told(sent).slice(2, 4)).toEqual([`finished ${fast}`, `started ${fast}`])
    expect(told(sent).filter((one) => one === `started ${slow}`)).toHaveLength(1)
    expect(sent.filter(({ kind }) => kind === "synced")).toEqual([
      { kind: "synced", cloudNodeId: node, sync: newer.sync },
    ])
    expect(newer.sync).not.toBe(older.sync)
    expect(told(sent).filter((one) => one.startsWith("finished.all"))).toHaveLength(1)
  })

  it("waits for a controller that is cut off, which begins when it is mended", () => {
    const building = open()
    cut(building, upper, from)
    expect(building.sync(node, "people", from).finishedAt).toBe(Infinity)
    expect(told(building.advance(from + 10_000))).toEqual(["started ground", "finished ground"])
    expect(told(mend(building, upper, from + 11_000))).toEqual(["started upper"])
    expect(told(building.advance(from + 13_000))).toEqual(["finished upper", "finished.all upper", "synced"])
  })

  it("ends at a controller that was cut off meanwhile as soon as it is mended", () => {
    const building = open()
    building.sync(node, "people", from)
    cut(building, upper, from)
    expect(told(building.advance(from + 10_000))).toEqual(["finished ground"])
    expect(told(mend(building, upper, from + 11_000))).toEqual([
      "finished upper",
      "finished.all upper",
      "synced",
    ])
  })

  it("goes on while the cloud node is cut off, and is told when that is back", () => {
    const building = open()
    building.sync(node, "people", from)
    building.advance(from)
    cut(building, node, from)
    expect(building.advance(from + 10_000)).toEqual([])
    const sent = mend(building, node, from + 11_000)
    expect(told(sent).at(0)).toBe("returned")
    expect(told(sent).slice(-2, -1)[0]).toMatch(/^finished\.all/)
    expect(told(sent).at(-1)).toBe("synced")
    for (const { occurred } of reportsOf(sent)) expect(occurred).toBeLessThan(from + 2_000)
  })

  it("does not wait for a controller that is gone", () => {
    const building = open()
    cut(building, upper, from)
    building.sync(node, "people", from)
    building.advance(from + 10_000)
    const connections = demoBuilding.connections.slice(0, 1)
    const devices = demoBuilding.devices.slice(0, 2)
    expect(told(building.replan({ ...demoBuilding, connections, devices }, from + 11_000))).toEqual([
      "finished.all ground",
      "synced",
    ])
  })

  it("goes on where it was after the clock has jumped", () => {
    const building = open()
    const { finishedAt } = building.sync(node, "people", from)
    building.shift(-3_600_000)
    expect(told(building.advance(finishedAt - 3_600_000)).at(-1)).toBe("synced")
  })

  it("is not at a cloud node that is not there", () => {
    expect(() => open().sync("nowhere", "people", from)).toThrow(/no cloud node/)
  })
})

describe("A building", () => {
  it.each([
    ["everyday life", undefined],
    ["a scenario", "name: Busy\nacts:\n- { do: enter, each: 20s }"],
  ])("does the same whether anything is synced or not, in %s", (_, text) => {
    const live = (syncs: boolean) => {
      const { scenario } = text === undefined ? {} : readScenario(text)
      const options = { plan: demoBuilding, seed: 7, run: "run", from, ...(scenario && { scenario }) }
      const building = openBuilding(options)
      if (syncs) building.sync(node, "people", from + 1_000)
      const said = reportsOf(building.advance(from + 600_000)).map(({ id: _id, ...one }) => one)
      return said.filter(({ topic }) => !topic.startsWith("endpoint."))
    }
    expect(live(true)).toEqual(live(false))
  })
})

type Deed = (building: Building, at: number) => Sending[]

const plans: readonly Plan[] = [
  demoBuilding,
  { ...demoBuilding, connections: demoBuilding.connections.slice(1) },
  { ...demoBuilding, connections: [] },
]
const anyDeed: fc.Arbitrary<Deed> = fc.oneof(
  fc.constantFrom("people", "ao_rules").map((type): Deed => (building, at) => {
    building.sync(node, type, at)
    return building.advance(at)
  }),
  fc.constantFrom(ground, upper, node).map(
    (id): Deed =>
      (building, at) =>
        cut(building, id, at),
  ),
  fc.constantFrom(ground, upper, node).map(
    (id): Deed =>
      (building, at) =>
        mend(building, id, at),
  ),
)
const anySteps = fc.array(fc.tuple(fc.integer({ min: 0, max: 2_000 }), anyDeed), { maxLength: 40 })

/** What was sent of these deeds, and of all lines being mended at last. */
function play(steps: readonly (readonly [number, Deed])[], seed: number): Sending[] {
  const building = openBuilding({ plan: demoBuilding, seed, run: "run", from })
  let at = from
  const sent = steps.flatMap(([pause, deed]) => [...building.advance((at += pause)), ...deed(building, at)])
  for (const id of [ground, upper, node]) sent.push(...mend(building, id, at))
  return [...sent, ...building.advance(at + 2_000)]
}

describe("Whatever happens, syncs", () => {
  const holds = (property: (sent: Sending[]) => void): void =>
    fc.assert(
      fc.property(anySteps, fc.nat(), (steps, seed) => property(play(steps, seed))),
      { numRuns: 150 },
    )

  it("begin and end at each controller by turns, and all have ended at the end", () => {
    holds((sent) => {
      for (const id of [ground, upper]) {
        const turns = reportsOf(sent)
          .filter(({ topic, body }) => body.connectionId === id && topic !== "endpoint.sync.finished.all")
          .map(({ topic }) => topic)
        expect(turns).toEqual(
          turns.map((_, index) => `endpoint.sync.${index % 2 === 0 ? "started" : "finished"}`),
        )
        expect(turns.length % 2).toBe(0)
      }
    })
  })

  it("are said to have ended by all when none is under way, and nothing comes between that and synced", () => {
    holds((sent) => {
      const atIt = new Set<string | undefined>()
      for (const [index, sending] of sent.entries()) {
        if (sending.kind === "synced") expect(atIt.size).toBe(0)
        if (sending.kind !== "report") continue
        const { topic, body } = sending.report
        if (topic === "endpoint.sync.started") atIt.add(body.connectionId)
        if (topic === "endpoint.sync.finished") atIt.delete(body.connectionId)
        if (topic !== "endpoint.sync.finished.all") continue
        expect(atIt.size).toBe(0)
        expect(sent[index + 1]).toMatchObject({ kind: "synced" })
      }
    })
  })
})

describe("Whatever comes and goes meanwhile, a sync", () => {
  it("ends, and no controller ends what it has not begun", () => {
    const anyPlans = fc.array(fc.tuple(fc.integer({ min: 0, max: 900 }), fc.constantFrom(...plans)))
    fc.assert(
      fc.property(anyPlans, fc.nat(), (changes, seed) => {
        const building = open(demoBuilding, seed)
        building.sync(node, "people", from)
        let at = from
        const sent = building.advance(at)
        for (const [pause, plan] of changes) sent.push(...building.replan(plan, (at += pause)))
        sent.push(...building.advance(at + 2_000))
        expect(sent.filter(({ kind }) => kind === "synced")).toHaveLength(1)
        const begun = new Set<string | undefined>()
        for (const { topic, body } of reportsOf(sent)) {
          if (topic === "endpoint.sync.started") begun.add(body.connectionId)
          if (topic === "endpoint.sync.finished") expect(begun.delete(body.connectionId)).toBe(true)
        }
      }),
    )
  })
})
