import { readFileSync } from "node:fs"
import { readReport } from "@doorstream/contract/validate"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { readScenario } from "../scenarios/read-scenario.js"
import { scenarioNames } from "../scenarios/scenario-files.js"
import { openBuilding } from "./building.js"
import { generateBuilding } from "./generate/generate.js"
import { reportsOf, type Sending } from "./lines.js"
import type { Plan } from "./plan.js"
import type { Scenario } from "./scenario.js"

// A Monday.
const from = Date.parse("2026-11-23T07:00:00.000Z")
const minute = 60_000
const plan = generateBuilding({ seed: 7, doors: 70, timezones: ["Europe/Madrid", "America/New_York"] })

const read = (text: string): Scenario => {
  const { scenario, faults } = readScenario(text)
  if (scenario === undefined) throw new Error(JSON.stringify(faults))
  return scenario
}
const own = (...acts: readonly string[]): Scenario =>
  read(["name: Test", "acts:", ...acts.map((act) => `- { ${act} }`)].join("\n"))
const ours = (name: string): Scenario =>
  read(readFileSync(new URL(`../../scenarios/${name}.yaml`, import.meta.url), "utf8"))

const open = (scenario: Scenario, seed = 7, where: Plan = plan) =>
  openBuilding({ plan: where, seed, run: "run", from, scenario })
const count = (sendings: readonly Sending[], topic: string): number =>
  reportsOf(sendings).filter((report) => report.topic === topic).length

describe.each(scenarioNames)("The scenario %s", (name) => {
  it("gives the same reports with the same seed, however time comes, and all are valid", () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.array(fc.integer({ min: 1, max: minute }), { maxLength: 6 }),
        (seed, steps) => {
          const stepwise = open(ours(name), seed)
          let now = from
          const sent = steps.flatMap((by) => stepwise.advance((now += by)))
          sent.push(...stepwise.advance(from + 20 * minute))
          expect(sent).toEqual(open(ours(name), seed).advance(from + 20 * minute))
          for (const report of reportsOf(sent).slice(0, 50)) expect(readReport(report)).toEqual(report)
          expect(new Set(reportsOf(sent).map(({ id }) => id)).size).toBe(reportsOf(sent).length)
        },
      ),
      { numRuns: 3 },
    )
  })

  it("lets something happen at the demo's four doors too", () => {
    expect(open(ours(name), 7, demoBuilding).advance(from + 60 * minute).length).toBeGreaterThan(10)
  })
})

describe("What a scenario says", () => {
  it("happens about as often as it says, somewhere or everywhere", () => {
    const unknown = (act: string) =>
      count(open(own(act)).advance(from + 100 * minute), "device.request.unknown")
    expect(unknown("do: show-unknown-card, every: 1m")).toBeGreaterThan(85)
    expect(unknown("do: show-unknown-card, every: 1m")).toBeLessThan(115)
    expect(unknown("do: show-unknown-card, each: 10m")).toBeGreaterThan(630)
    expect(unknown("do: show-unknown-card, each: 10m")).toBeLessThan(770)
    expect(unknown("do: show-unknown-card, after: 10m")).toBe(70)
  })

  it("happens where and when it says, by whom it says", () => {
    const who = "who: Facilities, doors: [Front Door, Loading Dock]"
    const sent = open(own(`do: enter, ${who}, every: 5s, from: 10m, until: 20m`)).advance(from + 60 * minute)
    const reads = reportsOf(sent).filter(({ topic }) => topic === "device.request.allowed")
    expect(reads.length).toBeGreaterThan(60)
    const doors = plan.devices.slice(0, 2).map(({ id }) => id)
    const group = plan.groups.find(({ name }) => name === "Facilities")?.id ?? ""
    for (const { body, occurred } of reads) {
      expect(doors).toContain(body.deviceId)
      expect(plan.holders.find(({ id }) => id === body.holderId)?.groups).toContain(group)
      expect(occurred).toBeGreaterThanOrEqual(from + 10 * minute)
      expect(occurred).toBeLessThanOrEqual(from + 21 * minute)
    }
  })

  it("begins again when it is over", () => {
    const scenario = { ...own("do: show-unknown-card, doors: Front Door, after: 1m"), lasts: 10 * minute }
    const sent = open(scenario).advance(from + 45 * minute)
    const reads = reportsOf(sent).filter(({ topic }) => topic === "device.request.unknown")
    expect(reads.map(({ occurred }) => (occurred - from) / minute)).toEqual([1, 11, 21, 31, 41])
  })

  it("is refused where it does not fit", () => {
    expect(() => open(own("do: enter, doors: Nowhere, every: 1m"))).toThrow(/there is no door "Nowhere"/)
  })
})

describe("In a fire drill", () => {
  it("all doors are held unlocked, and given back after five minutes", () => {
    const sent = open(ours("fire-drill")).advance(from + 10 * minute)
    expect(count(sent, "device.forceopen.on")).toBe(plan.devices.length)
    expect(count(sent, "device.forceopen.off")).toBe(plan.devices.length)
  })
})

describe("On a quiet afternoon", () => {
  it("somebody comes or goes now and then, and nobody sets off an alarm", () => {
    const sent = open(ours("quiet")).advance(from + 60 * minute)
    const reads = count(sent, "device.request.allowed")
    expect(reads).toBeGreaterThan(plan.devices.length * 3)
    expect(reads).toBeLessThan(plan.devices.length * 7)
    expect(reportsOf(sent).filter(({ topic }) => topic.includes("alarm"))).toEqual([])
  })
})

describe("In the morning rush", () => {
  it("everybody arrives within half an hour, some hold a door for too long, and then it is calm", () => {
    const building = open(ours("morning-rush"))
    const [rush, calm] = [building.advance(from + 30 * minute), building.advance(from + 60 * minute)]
    const [many, few] = [rush, calm].map((sent) => count(sent, "device.request.allowed")) as [number, number]
    expect(many).toBeGreaterThan(5 * few)
    expect(few).toBeGreaterThan(plan.devices.length * 2)
    expect(count(rush, "device.alarm.propped.on")).toBeGreaterThan(0)
  })
})

describe("Where a cable is cut again and again", () => {
  it("cloud nodes leave for a minute, and send what they kept when they are back", () => {
    const sent = open(ours("cut-cable")).advance(from + 20 * minute)
    const left = sent.flatMap((one, index) => (one.kind === "left" ? [{ ...one, index }] : []))
    expect(left.length).toBeGreaterThan(4)
    for (const { index, at, cloudNodeId } of left.slice(0, -1)) {
      const mine = sent.slice(index + 1).filter((one) => one.cloudNodeId === cloudNodeId)
      expect(mine[0]).toMatchObject({ kind: "returned", at: at + minute })
      expect(reportsOf(mine)[0]?.occurred).toBeLessThan(at + minute)
    }
  })
})

describe("Who slips in behind others", () => {
  it("sets off forced alarms", () => {
    expect(
      count(open(ours("tailgating")).advance(from + 30 * minute), "device.alarm.forced"),
    ).toBeGreaterThan(0)
  })
})

describe("A line that is cut", () => {
  const busy = "do: enter, each: 1m"
  const whole = reportsOf(open(own(busy)).advance(from + 20 * minute))

  it.each(["cloud-nodes: Main Building", "connections: Main Building Controller 1"])(
    "of %s keeps what is reported and sends it when it is mended: later, in order, and as it occurred",
    (line) => {
      const sent = open(own(busy, `do: cut, ${line}, after: 5m, for: 3m`)).advance(from + 20 * minute)
      const reports = reportsOf(sent)
      const byId = (some: readonly { readonly id: string }[]) =>
        some.toSorted((one, other) => (one.id < other.id ? -1 : 1))
      expect(byId(reports)).toEqual(byId(whole))
      for (const { id } of plan.connections) {
        const here = new Set(
          plan.devices.filter((device) => device.connectionId === id).map((door) => door.id),
        )
        const moments = reports
          .filter(({ body }) => here.has(body.deviceId ?? ""))
          .map(({ occurred }) => occurred)
        expect(moments).toEqual(moments.toSorted((one, other) => one - other))
      }
      expect(reports).not.toEqual(whole)
    },
  )

  it("of a cloud node is told, and nothing of it is sent in between", () => {
    const sent = open(own(busy, "do: cut, cloud-nodes: North Wing, after: 5m, for: 3m")).advance(
      from + 20 * minute,
    )
    const mine = sent.filter(({ cloudNodeId }) => cloudNodeId === plan.cloudNodes[1]?.id)
    const left = mine.findIndex(({ kind }) => kind === "left")
    expect(mine[left]).toMatchObject({ kind: "left", at: from + 5 * minute })
    expect(mine[left + 1]).toMatchObject({ kind: "returned", at: from + 8 * minute })
    expect(reportsOf(mine.slice(left))[0]?.occurred).toBeLessThan(from + 6 * minute)
  })

  it("is reached by nobody meanwhile", () => {
    const building = open(own("do: cut, cloud-nodes: North Wing, after: 5m, for: 3m"))
    const [here, there] = [plan.devices[0]?.id ?? "", plan.devices.at(-1)?.id ?? ""]
    building.advance(from + 6 * minute)
    expect([building.reaches(here), building.reaches(there)]).toEqual([true, false])
    building.advance(from + 8 * minute)
    expect(building.reaches(there)).toBe(true)
  })
})
