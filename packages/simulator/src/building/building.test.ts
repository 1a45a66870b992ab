import { reportableTopics, type Device, type Report } from "@doorstream/contract"
import { readReport } from "@doorstream/contract/validate"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { openBuilding } from "./building.js"
import { reportsOf } from "./lines.js"
import { openRule, type Plan } from "./plan.js"

const from = Date.parse("2026-11-23T08:00:00.000Z")
const minute = 60_000
const hour = 60 * minute
const anySeed = fc.integer({ min: 0, max: 2 ** 32 - 1 })

/** A building of which only the reports matter. */
const open = (seed: number, plan: Plan = demoBuilding) => {
  const building = openBuilding({ plan, seed, run: "run", from })
  return {
    nextAt: () => building.nextAt(),
    shift: (by: number) => building.shift(by),
    advance: (to: number): Report[] => reportsOf(building.advance(to)),
  }
}

const longestGap = (reports: readonly Report[], until: number): number => {
  const moments = [from, ...reports.map(({ occurred }) => occurred), until]
  return Math.max(...moments.slice(1).map((moment, index) => moment - (moments[index] as number)))
}

/** The most reports inside any `span` milliseconds. */
const densest = (reports: readonly Report[], span: number): number => {
  let first = 0
  return Math.max(
    ...reports.map(({ occurred }, index) => {
      while ((reports[first] as Report).occurred <= occurred - span) first++
      return index - first + 1
    }),
  )
}

const anyDevice: fc.Arbitrary<Partial<Device>> = fc.record({
  dwell: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 5400 })),
  propDelay: fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 5400 })),
  dps: fc.boolean(),
  rex: fc.boolean(),
  propAlarm: fc.boolean(),
  forcedAlarm: fc.boolean(),
  autoOpenAfterFirstAllow: fc.boolean(),
})

const anyDevices = fc.oneof(
  fc.array(anyDevice, { minLength: 1, maxLength: 2 }),
  fc.array(anyDevice, { minLength: 3, maxLength: 12, size: "max" }),
)

const connectionsOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    id: `controller-${index}`,
    cloudNodeId: demoBuilding.cloudNode.id,
  }))

/** Buildings of 1 to 12 doors, with and without people and controllers. */
const anyPlan: fc.Arbitrary<Plan & { devices: readonly Device[] }> = fc
  .tuple(anyDevices, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 5 }))
  .map(([some, people, controllers]) => {
    const devices = some.map((device, index) => ({
      ...(demoBuilding.devices[0] as Device),
      ...device,
      id: `door-${index}`,
    }))
    const holders = demoBuilding.holders.slice(0, people)
    return {
      cloudNodes: demoBuilding.cloudNodes,
      connections: connectionsOf(controllers),
      devices,
      holders,
      rules: [openRule(devices, holders)],
      rexUnlocks: devices.flatMap(({ id }, index) => (index % 4 < 2 ? [id] : [])),
    }
  })

describe("The demo's building", () => {
  it("is never silent for three seconds and never in a rush, whatever the seed", () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const reports = open(seed).advance(from + hour)
        expect(longestGap(reports, from + hour)).toBeLessThanOrEqual(3000)
        expect(reports.length / 3600).toBeGreaterThan(0.8)
        expect(reports.length / 3600).toBeLessThan(1.4)
        expect(densest(reports, 1000)).toBeLessThanOrEqual(6)
        expect(densest(reports, 10_000)).toBeLessThanOrEqual(30)
      }),
      { numRuns: 30 },
    )
  })

  it("lets who begins to listen at any moment hear every topic of a door within a minute", () => {
    const doorTopics = reportableTopics.filter((topic) => topic.startsWith("device."))
    fc.assert(
      fc.property(anySeed, (seed) => {
        const reports = open(seed).advance(from + hour)
        for (const wanted of doorTopics) {
          const heard = reports.filter(({ topic }) => topic === wanted)
          expect([wanted, Math.ceil(longestGap(heard, from + hour) / minute)]).toEqual([wanted, 1])
        }
      }),
      { numRuns: 40 },
    )
  })

  it("reports only what the contract accepts, each under an id of its own", () => {
    const reports = open(7).advance(from + hour)
    for (const report of reports) expect(readReport(report)).toEqual(report)
    expect(new Set(reports.map(({ id }) => id)).size).toBe(reports.length)
  })

  it("denies the disabled and the expired, and half of the people at the server room", () => {
    const refused = open(7)
      .advance(from + hour)
      .filter(({ topic }) => topic === "device.request.denied")
    const [disabled, expired] = demoBuilding.holders.slice(-2).map(({ id }) => id)
    const holderIds = new Set(refused.map(({ body }) => body.holderId))
    expect(holderIds).toContain(disabled)
    expect(holderIds).toContain(expired)
    expect(refused.some(({ body }) => body.requestFactor === "CARD_AND_PIN")).toBe(true)
  })
})

describe("A building", () => {
  it("does the same again with the same seed, and something else with another", () => {
    expect(open(7).advance(from + 10 * minute)).toEqual(open(7).advance(from + 10 * minute))
    expect(open(7).advance(from + 10 * minute)).not.toEqual(open(8).advance(from + 10 * minute))
  })

  it("does the same whether time comes at once or moment by moment", () => {
    const building = open(7)
    const reports: Report[] = []
    while (building.nextAt() <= from + 10 * minute) reports.push(...building.advance(building.nextAt()))
    expect(reports).toEqual(open(7).advance(from + 10 * minute))
  })

  it("is never silent for three seconds, whatever its doors are like", () => {
    fc.assert(
      fc.property(anyPlan, anySeed, (plan, seed) => {
        const reports = open(seed, plan).advance(from + 20 * minute)
        expect(longestGap(reports, from + 20 * minute)).toBeLessThanOrEqual(3000)
        expect(reports.length / 1200).toBeLessThan(2)
      }),
      { numRuns: 60 },
    )
  })

  it("is never silent for three seconds when its plan changes, nor in a rush", () => {
    fc.assert(
      fc.property(fc.array(anyPlan, { minLength: 2, maxLength: 8 }), anySeed, ([first, ...plans], seed) => {
        const building = openBuilding({ plan: first as Plan, seed, run: "run", from })
        const until = (index: number): number => from + 40_000 * (index + 1)
        const sent = plans.flatMap((plan, index) => building.replan(plan, until(index)))
        const reports = reportsOf([...sent, ...building.advance(until(plans.length))])
        expect(longestGap(reports, until(plans.length))).toBeLessThanOrEqual(3000)
        expect(reports.length / (plans.length + 1) / 40).toBeLessThan(2.5)
      }),
      { numRuns: 60 },
    )
  })

  it("has people who close the doors that they opened, and who do not get in each other's way", () => {
    const longest = ({ propAlarm, propDelay }: Device): number =>
      propAlarm ? Math.max(propDelay * 100, 12_000) : 12_000
    fc.assert(
      fc.property(anyPlan, anySeed, (plan, seed) => {
        const openedAt = new Map<string | undefined, number>()
        for (const { topic, body, occurred } of open(seed, plan).advance(from + 20 * minute)) {
          const opened = openedAt.get(body.deviceId)
          if (topic === "device.input.dps.opened") openedAt.set(body.deviceId, occurred)
          if (topic === "device.input.rex.on") expect(opened).toBeUndefined()
          if (topic !== "device.input.dps.closed") continue
          const device = plan.devices.find(({ id }) => id === body.deviceId) as Device
          expect(occurred - (opened ?? -Infinity)).toBeLessThanOrEqual(longest(device) + 10_000)
          openedAt.delete(body.deviceId)
        }
        for (const device of plan.devices) {
          const opened = openedAt.get(device.id)
          if (opened !== undefined)
            expect(from + 20 * minute - opened).toBeLessThanOrEqual(longest(device) + 10_000)
        }
      }),
      { numRuns: 60 },
    )
  })

  it("raises a forced alarm only at a door that nobody was let through", () => {
    fc.assert(
      fc.property(anyPlan, anySeed, (plan, seed) => {
        const unlocked = new Set<string | undefined>()
        for (const { topic, body } of open(seed, plan).advance(from + 10 * minute)) {
          if (topic === "device.input.relay.on") unlocked.add(body.deviceId)
          if (topic === "device.input.relay.off") unlocked.delete(body.deviceId)
          if (topic === "device.alarm.forced") expect(unlocked).not.toContain(body.deviceId)
        }
      }),
      { numRuns: 40 },
    )
  })

  it("goes on where it was after the clock has jumped", () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: -hour, max: 24 * hour }), (seed, jump) => {
        const [building, other] = [open(seed), open(seed)]
        building.advance(from + minute)
        other.advance(from + minute)
        building.shift(jump)
        const moved = building.advance(from + 5 * minute + jump)
        const later = other.advance(from + 5 * minute)
        expect(moved.map((report) => ({ ...report, occurred: report.occurred - jump }))).toEqual(later)
      }),
      { numRuns: 20 },
    )
  })
})
