import type { Device, Report, Rule } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { readScenario } from "../scenarios/read-scenario.js"
import { openBuilding, type Building } from "./building.js"
import { generateBuilding } from "./generate/generate.js"
import { reportsOf, type Sending } from "./lines.js"
import { openRule, type Plan } from "./plan.js"
import type { Scenario } from "./scenario.js"

// A Monday.
const from = Date.parse("2026-11-23T08:00:00.000Z")
const minute = 60_000
const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const large = generateBuilding({ seed: 7, doors: 70, timezones: ["Europe/Madrid", "America/New_York"] })

const scenario = (...acts: readonly string[]): Scenario => {
  const text = ["name: Test", "lasts: 5m", "acts:", ...acts.map((act) => `- { ${act} }`)].join("\n")
  return readScenario(text).scenario as Scenario
}
const busy = scenario(
  "do: enter, each: 30s",
  "do: prop, every: 1m",
  "do: cut, connections: all, every: 40s, for: 20s",
  "do: cut, cloud-nodes: North Wing, after: 20s, for: 1m",
  "do: hold-unlocked, doors: Front Door, after: 1m, for: 30s",
)

/** The same plan, made of other objects. */
const copy = <T>(plan: T): T => structuredClone(plan)

const topics = (sent: readonly Sending[]): string[] =>
  reportsOf(sent).map(({ topic }) => topic.replace(/^device\.(input\.)?/, ""))

const ofDoor = (sent: readonly Sending[], id: string): Report[] =>
  reportsOf(sent).filter(({ body }) => body.deviceId === id)

const [first, second] = demoBuilding.devices as readonly [Device, Device]
/** A building in which nobody does anything by themselves. */
const quiet = (plan: Plan): Building =>
  openBuilding({
    plan,
    seed: 7,
    run: "run",
    from,
    scenario: scenario("do: cut, connections: '*', after: 4m"),
  })

describe("The same plan again", () => {
  it.each([
    ["everyday life", demoBuilding, undefined],
    ["a scenario", large, busy],
  ] as const)("changes nothing at all in %s", (_, plan, told) => {
    const moments = fc.array(fc.integer({ min: 0, max: 9 * minute }), { maxLength: 8 })
    fc.assert(
      fc.property(anySeed, moments, (seed, some) => {
        const open = () => openBuilding({ plan, seed, run: "run", from, ...(told && { scenario: told }) })
        const replanned = open()
        const sent = some
          .toSorted((one, other) => one - other)
          .flatMap((after) => replanned.replan(copy(plan), from + after))
        sent.push(...replanned.advance(from + 10 * minute))
        expect(sent).toEqual(open().advance(from + 10 * minute))
      }),
      { numRuns: told === undefined ? 40 : 6 },
    )
  })
})

describe("A building that takes a changed plan", () => {
  const allowed = { does: "readsVirtually", holderId: demoBuilding.holders[0]?.id ?? "" } as const
  const changed = (particular: Partial<Device>, rules: readonly Rule[] = demoBuilding.rules): Plan => ({
    ...demoBuilding,
    devices: [{ ...first, ...particular }, ...demoBuilding.devices.slice(1)],
    rules,
  })

  it("lets a dwell under way run out as it began, and has the next one as it is told", () => {
    const building = quiet(demoBuilding)
    building.act(first.id, allowed, from)
    expect(building.replan(changed({ dwell: 600 }), from + 1_000)).toEqual([])
    expect(topics(building.advance(from + 3_000))).toEqual(["relay.off"])
    building.act(first.id, allowed, from + 4_000)
    expect(reportsOf(building.advance(from + 100_000)).map(({ occurred }) => occurred)).toEqual([
      from + 64_000,
    ])
  })

  it("opens what a new schedule wants open, and locks it when the schedule is gone", () => {
    const building = quiet(demoBuilding)
    const hours: Rule = { ...openRule([first], []), type: "autoOpen" }
    const rules = [...demoBuilding.rules, hours]
    expect(topics(building.replan(changed({}, rules), from + 1_000))).toEqual(["autoopen.on", "relay.on"])
    expect(building.replan(changed({}, [...rules]), from + 2_000)).toEqual([])
    expect(topics(building.replan(demoBuilding, from + 3_000))).toEqual(["autoopen.off", "relay.off"])
    const later = { ...hours, startTime: "08:01" }
    expect(building.replan(changed({}, [later]), from + 4_000)).toEqual([])
    expect(topics(building.advance(from + minute))).toEqual(["autoopen.on", "relay.on"])
  })

  it("opens nothing again that somebody locked in the middle of a schedule that goes on", () => {
    const hours: Rule = { ...openRule([first], []), type: "autoOpen" }
    const building = quiet(changed({}, [hours]))
    expect(topics(building.advance(from))).toEqual(["autoopen.on", "relay.on"])
    building.trigger("device.autoopen.off", first.id, from + 1_000)
    expect(topics(building.advance(from + 1_000))).toEqual(["autoopen.off", "relay.off"])
    expect(building.replan(changed({ dwell: 50 }, [hours]), from + 2_000)).toEqual([])
  })

  it("leaves a door open that somebody had opened for a while, if by then a schedule wants it open", () => {
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from })
    const isOn = ({ topic }: Report): boolean => topic === "device.autoopen.on"
    let opened = reportsOf(building.advance(building.nextAt())).find(isOn)
    while (opened === undefined) opened = reportsOf(building.advance(building.nextAt())).find(isOn)
    const at = opened.occurred + 1
    const hours: Rule = { ...openRule(demoBuilding.devices, []), type: "autoOpen" }
    const sent = building.replan(changed({}, [...demoBuilding.rules, hours]), at)
    sent.push(...building.advance(at + minute))
    expect(ofDoor(sent, opened.body.deviceId ?? "").map(({ topic }) => topic)).not.toContain(
      "device.autoopen.off",
    )
  })

  it("reads its schedules by another time zone from then on", () => {
    const hours: Rule = { ...openRule([first], []), type: "autoOpen", startTime: "09:00", stopTime: "10:00" }
    const building = quiet(changed({}, [hours]))
    building.advance(from)
    const cloudNodes = [{ ...demoBuilding.cloudNode, timezone: "Europe/Madrid" }]
    const moved = { ...changed({}, [hours]), cloudNodes }
    expect(topics(building.replan(moved, from + 1_000))).toEqual(["autoopen.on", "relay.on"])
  })

  it("goes by UTC where it does not know the time zone, and says so", () => {
    const hours: Rule = { ...openRule([first], []), type: "autoOpen", startTime: "08:01" }
    const cloudNodes = [{ ...demoBuilding.cloudNode, timezone: "Europe/Atlantis" }]
    const building = quiet({ ...changed({}, [hours]), cloudNodes })
    expect(building.troubles()).toEqual([
      'The cloud node "Demo Cloud Node" goes by UTC: there is no time zone "Europe/Atlantis" here.',
    ])
    expect(topics(building.advance(from + minute))).toEqual(["autoopen.on", "relay.on"])
    building.replan(demoBuilding, from + 2 * minute)
    expect(building.troubles()).toEqual([])
  })

  it("lets in whom the rules let in from then on", () => {
    const building = quiet(demoBuilding)
    building.replan(changed({}, []), from)
    expect(topics(building.act(first.id, allowed, from))).toEqual(["request.denied"])
    building.replan({ ...demoBuilding, holders: [] }, from + 1)
    expect(topics(building.act(first.id, allowed, from + 1))).toEqual(["request.unknown"])
    building.replan(demoBuilding, from + 2)
    expect(topics(building.act(first.id, allowed, from + 2))).toEqual(["request.allowed", "relay.on"])
  })

  it("drops what was to happen at doors that are gone, and has them closed and quiet when they come again", () => {
    const building = quiet(demoBuilding)
    building.trigger("device.alarm.propped.on", first.id, from)
    expect(topics(building.advance(from + 1_000))).toContain("dps.opened")
    const without = { ...demoBuilding, devices: demoBuilding.devices.slice(1) }
    expect(building.replan(without, from + 2_000)).toEqual([])
    expect(() => building.door(first.id)).toThrow(/no door/)
    expect(building.replan(demoBuilding, from + 3_000)).toEqual([])
    expect(building.advance(from + 3 * minute)).toEqual([])
    expect(building.door(first.id)).toMatchObject({ open: false, relay: false })
  })

  it("keeps its plan where the new one contradicts itself", () => {
    const building = quiet(demoBuilding)
    const lost = { ...demoBuilding, devices: [{ ...second, cloudNodeId: "nowhere" }] }
    expect(() => building.replan(lost, from)).toThrow(RangeError)
    expect(topics(building.act(first.id, allowed, from))).toEqual(["request.allowed", "relay.on"])
  })
})

describe("A building without doors", () => {
  const empty = { ...demoBuilding, devices: [], connections: [], holders: [], rules: [] }

  it("is silent until it has some, and then goes about its life", () => {
    const building = openBuilding({ plan: empty, seed: 7, run: "run", from })
    expect(building.nextAt()).toBe(Infinity)
    expect(building.advance(from + 10 * minute)).toEqual([])
    building.replan(demoBuilding, from + 10 * minute)
    const sent = building.advance(from + 12 * minute)
    expect(new Set(topics(sent)).size).toBeGreaterThan(8)
    building.replan(empty, from + 12 * minute)
    expect(building.nextAt()).toBe(Infinity)
  })

  it("waits with its scenario until it has what that needs", () => {
    const told = scenario("do: show-unknown-card, doors: Front Door, after: 1m")
    const building = openBuilding({ plan: empty, seed: 7, run: "run", from, scenario: told })
    expect(building.troubles()).toEqual([
      'Line 4 of the scenario is left out: there is no door "Front Door": there is none.',
    ])
    building.replan(demoBuilding, from + 2 * minute)
    expect(building.troubles()).toEqual([])
    expect(reportsOf(building.advance(from + 12 * minute)).map(({ occurred }) => occurred - from)).toEqual([
      2 * minute,
      6 * minute,
      11 * minute,
    ])
  })
})

describe("An act of a scenario whose door or person is gone", () => {
  it("goes quiet, and comes back when they do", () => {
    const told = scenario("do: show-unknown-card, doors: Front Door, every: 10s")
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from, scenario: told })
    building.replan({ ...demoBuilding, devices: demoBuilding.devices.slice(1) }, from + 2 * minute)
    const away = building.advance(from + 14 * minute)
    building.replan(demoBuilding, from + 14 * minute)
    const back = building.advance(from + 16 * minute)
    expect(away).toEqual([])
    expect(ofDoor(back, first.id).length).toBeGreaterThan(6)
    for (const { occurred } of reportsOf(back)) expect(occurred).toBeGreaterThanOrEqual(from + 14 * minute)
  })

  it("is done once, although its door went and came back", () => {
    const told = scenario("do: show-unknown-card, doors: Front Door, after: 1m")
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from, scenario: told })
    const without = { ...demoBuilding, devices: demoBuilding.devices.slice(1) }
    const sent = [
      building.replan(without, from + 2 * minute),
      building.replan(demoBuilding, from + 3 * minute),
    ]
    expect(reportsOf([...sent.flat(), ...building.advance(from + 4 * minute)])).toHaveLength(1)
  })

  it("is done by those who came in their place", () => {
    const told = scenario("do: enter, who: Amara Okafor, doors: Front Door, every: 20s")
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from, scenario: told })
    const [amara, ...others] = demoBuilding.holders
    building.replan({ ...demoBuilding, holders: others }, from)
    expect(building.advance(from + 4 * minute)).toEqual([])
    building.replan({ ...demoBuilding, holders: [...others, amara!] }, from + 4 * minute)
    expect(topics(building.advance(from + 8 * minute))).toContain("request.allowed")
  })
})

describe("What waits on a line that is cut", () => {
  const [ground] = demoBuilding.connections
  const read = { does: "presents", shown: { card: { facilityCode: "1", cardNumber: "1" } } } as const
  const cutWith = (line: string): Building => {
    const building = quiet(demoBuilding)
    building.act("", { does: "cuts", id: line }, from)
    expect(topics(building.act(first.id, read, from + 1))).toEqual([])
    return building
  }
  const mend = (building: Building, id: string): string[] =>
    topics(building.act("", { does: "mends", id }, from + 9))

  it("stays there when the line is replaced by another of the same id", () => {
    const building = cutWith(ground.id)
    const renamed = {
      ...demoBuilding,
      connections: [{ ...ground, name: "New" }, demoBuilding.connections[1]],
    }
    expect(building.replan(renamed, from + 2)).toEqual([])
    expect(mend(building, ground.id)).toEqual(["request.unknown"])
  })

  it("goes on to the cloud node when the connection is gone, with or without its door", () => {
    const building = cutWith(ground.id)
    const connections = [demoBuilding.connections[1]]
    const devices = demoBuilding.devices.slice(2)
    expect(topics(building.replan({ ...demoBuilding, connections, devices }, from + 2))).toEqual([
      "request.unknown",
    ])
    expect(mend(building, ground.id)).toEqual([])
  })

  it("is lost with its cloud node, whose return is told all the same", () => {
    const building = cutWith(demoBuilding.cloudNode.id)
    const other = { ...demoBuilding.cloudNode, id: "other" }
    const gone = { ...demoBuilding, cloudNodes: [other], devices: [], connections: [], rules: [] }
    expect(building.replan(gone, from + 2)).toEqual([])
    expect(building.replan(demoBuilding, from + 3)).toEqual([])
    expect(building.act("", { does: "mends", id: demoBuilding.cloudNode.id }, from + 9)).toEqual([
      { kind: "returned", cloudNodeId: demoBuilding.cloudNode.id, at: from + 9 },
    ])
  })
})
