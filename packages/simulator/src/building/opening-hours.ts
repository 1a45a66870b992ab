/** Which doors a schedule keeps unlocked, and when (README, "Rules"). It must not know in what state a door is. */
import type { Rule } from "@doorstream/contract"
import type { Plan } from "./plan.js"
import { createSchedule, holdsAt, type Schedule } from "./schedule.js"
import { createWallClock, type WallClock } from "./wall-clock.js"

export interface OpeningHours {
  /** The ids of the doors that have a schedule. */
  readonly deviceIds: ReadonlySet<string>
  /** Whether this door's schedule wants it unlocked; a rule that denies wins. */
  wants(deviceId: string, at: number): boolean
  /** The next moment after `at` at which any of it may change; never, when no door has a schedule. */
  turnsAfter(at: number): number
}

interface Hours {
  readonly allow: boolean
  readonly schedule: Schedule
}

/** Throws a RangeError when a rule has a time that is none, or a cloud node a time zone that is none. */
export function createOpeningHours({ cloudNodes, devices, rules }: Plan): OpeningHours {
  const byDoor = new Map<string, Hours[]>()
  for (const rule of rules.filter(({ type }) => type === "autoOpen")) addRule(byDoor, rule)
  const nodeOf = new Map(devices.map(({ id, cloudNodeId }) => [id, cloudNodeId]))
  for (const id of byDoor.keys()) if (!nodeOf.has(id)) byDoor.delete(id)
  const clocks = new Map(cloudNodes.map(({ id, timezone }) => [id, createWallClock(timezone)]))
  const clockOf = (deviceId: string): WallClock => clocks.get(nodeOf.get(deviceId) ?? "") as WallClock
  const turns = new Map<WallClock, Set<number>>()
  for (const [id, hours] of byDoor) {
    const known = turns.get(clockOf(id)) ?? new Set()
    for (const { schedule } of hours) for (const turn of schedule.turns) known.add(turn)
    turns.set(clockOf(id), known)
  }
  return {
    deviceIds: new Set(byDoor.keys()),
    wants(deviceId, at) {
      const held = (byDoor.get(deviceId) ?? []).filter(({ schedule }) =>
        holdsAt(schedule, clockOf(deviceId), at),
      )
      return held.length > 0 && held.every(({ allow }) => allow)
    },
    turnsAfter: (at) => Math.min(...[...turns].map(([clock, minutes]) => clock.next([...minutes], at))),
  }
}

function addRule(byDoor: Map<string, Hours[]>, rule: Rule): void {
  const hours = { allow: rule.allow, schedule: createSchedule(rule) }
  for (const id of rule.devices) byDoor.set(id, [...(byDoor.get(id) ?? []), hours])
}
