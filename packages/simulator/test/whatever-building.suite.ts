/** Whatever may happen to a building from outside, and what was told of it. */
import { weekdays, type Device, type Report, type Rule, type TopicName } from "@doorstream/contract"
import fc from "fast-check"
import type { Building } from "../src/building/building.js"
import type { Sending } from "../src/building/lines.js"
import { openRule, type Plan } from "../src/building/plan.js"
import { demoBuilding } from "../src/demo-building.js"

/** Something that is done to a building at a moment; `gone` are the doors that are not there afterwards. */
export interface Deed {
  readonly does: (building: Building, at: number) => Sending[]
  readonly gone?: readonly string[]
}

const { cloudNode, connections, devices, holders } = demoBuilding
const lines = [cloudNode.id, ...connections.map(({ id }) => id)]
const anyTenths = fc.integer({ min: 1, max: 120 })

const anyParticular: fc.Arbitrary<Partial<Device>> = fc.record(
  {
    dwell: anyTenths,
    propDelay: anyTenths,
    dps: fc.boolean(),
    rex: fc.boolean(),
    propAlarm: fc.boolean(),
    forcedAlarm: fc.boolean(),
    autoOpenAfterFirstAllow: fc.boolean(),
  },
  { requiredKeys: [] },
)
const anyRules: fc.Arbitrary<Rule[]> = fc.array(
  fc.constantFrom(
    openRule(devices, holders),
    { ...openRule(devices, []), id: "hours", type: "autoOpen" as const },
    { ...openRule(devices, []), id: "holiday", type: "autoOpen" as const, allow: false },
    {
      ...openRule(devices, []),
      id: "later",
      type: "autoOpen" as const,
      startTime: "08:02",
      recurring: weekdays,
    },
  ),
  { maxLength: 3 },
)

/** The demo's building with other doors, rules and people; without the last door at times if doors may go. */
const anyPlan = (doorsMayGo: boolean): fc.Arbitrary<Plan> =>
  fc
    .tuple(
      fc.tuple(anyParticular, anyParticular, anyParticular, anyParticular),
      anyRules,
      fc.integer({ min: 0, max: 4 }),
      fc.constantFrom("UTC", "Europe/Madrid", "Europe/Atlantis"),
    )
    .map(([particulars, rules, left, timezone]) => ({
      ...demoBuilding,
      cloudNodes: [{ ...cloudNode, timezone }],
      devices: devices
        .map((device, index) => ({ ...device, ...particulars[index] }))
        .slice(0, doorsMayGo ? left : devices.length),
      holders: holders.slice(left),
      rules,
    }))

const replanned = (plan: Plan): Deed => {
  const here = new Set(plan.devices.map(({ id }) => id))
  return {
    does: (building, at) => building.replan(plan, at),
    gone: devices.map(({ id }) => id).filter((id) => !here.has(id)),
  }
}

const atDoor = (id: string, does: Deed["does"]): Deed => ({
  does: (building, at) => {
    const sent = building.advance(at)
    return building.reaches(id) ? [...sent, ...does(building, at)] : sent
  },
})

const anyDoor = fc.constantFrom(...devices.map(({ id }) => id))
const commands = ["try-open", "open", "close", "toggle", "do-not-disturb", "clear-alarm"] as const
const inputs = ["opened", "closed", "rexPressed", "rexReleased"] as const
const triggers: readonly TopicName[] = [
  "device.alarm.forced",
  "device.alarm.propped.on",
  "device.autoopen.on",
  "device.autoopen.off",
  "device.input.rex.on",
]

const atDoors: fc.Arbitrary<Deed> = fc.oneof(
  fc.tuple(anyDoor, fc.constantFrom(...commands)).map(([id, command]) =>
    atDoor(id, (building, at) => {
      building.obey(id, { command }, at)
      return building.advance(at)
    }),
  ),
  fc
    .tuple(anyDoor, fc.constantFrom(...inputs))
    .map(([id, kind]) =>
      atDoor(id, (building, at) => building.act(id, { does: "input", input: { kind } }, at)),
    ),
  fc.tuple(anyDoor, fc.constantFrom(...triggers)).map(([id, topic]) =>
    atDoor(id, (building, at) => {
      building.trigger(topic, id, at)
      return building.advance(at)
    }),
  ),
)
const syncs: Deed = {
  does: (building, at) => {
    building.sync(cloudNode.id, "people", at)
    return building.advance(at)
  },
}
const onLines = fc
  .tuple(fc.constantFrom(...lines), fc.constantFrom("cuts" as const, "mends" as const))
  .map(([id, does]): Deed => ({ does: (building, at) => building.act("", { does, id }, at) }))

/** Often so short that what was begun still goes on. */
const anyPause = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 12_000 }))

/** Lines are cut, and no door goes; or doors come and go, and no line is cut. */
export const anyDeeds = (kind: "lines" | "doors") =>
  fc.array(
    fc.tuple(
      anyPause,
      fc.oneof(
        anyPlan(kind === "doors").map(replanned),
        ...(kind === "lines" ? [onLines] : []),
        { weight: 3, arbitrary: atDoors },
        fc.constant(syncs),
      ),
    ),
    { maxLength: 40, size: "max" },
  )

/** Everything that was told, by the id of the door or the controller; in two where a door was gone in between. */
export function gather(told: readonly (Sending | { readonly gone: readonly string[] })[]): Report[][] {
  const stories: Report[][] = []
  const current = new Map<string, Report[]>()
  const begin = (id: string): Report[] => {
    const story: Report[] = []
    stories.push(story)
    current.set(id, story)
    return story
  }
  for (const one of told) {
    if ("gone" in one) for (const id of one.gone) current.delete(id)
    else if (one.kind === "report" && one.report.topic !== "endpoint.sync.finished.all") {
      const { deviceId, connectionId = "" } = one.report.body
      const id = deviceId ?? connectionId
      ;(current.get(id) ?? begin(id)).push(one.report)
    }
  }
  return stories
}
