/** Which doors a schedule keeps unlocked, and when (README, "Rules"). It must not know in what state a door is. */
import { createClocks, type Clocks } from "./clocks.js"
import type { Plan, PlannedRule } from "./plan.js"
import { createSchedule, holdsAt, type Schedule } from "./schedule.js"
import type { WallClock } from "./wall-clock.js"

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

/** Throws a RangeError when a rule has a time that is none, or a door that has a schedule no cloud node. */
export function createOpeningHours(plan: Plan, clocks: Clocks = createClocks(plan)): OpeningHours {
  const { devices, rules } = plan
  const byDoor = new Map<string, Hours[]>()
  for (const rule of rules.filter(({ type }) => type === "autoOpen")) addRule(byDoor, rule)
  const known = new Map(devices.filter(({ id }) => byDoor.has(id)).map((device) => [device.id, device]))
  for (const id of byDoor.keys()) if (!known.has(id)) byDoor.delete(id)
  const clockById = new Map([...known].map(([id, device]) => [id, clocks.of(device)]))
  const clockOf = (deviceId: string): WallClock => clockById.get(deviceId) as WallClock
  const turns = new Map<WallClock, Set<number>>()
  for (const [id, hours] of byDoor) {
    const minutes = turns.get(clockOf(id)) ?? new Set()
    for (const { schedule } of hours) for (const turn of schedule.turns) minutes.add(turn)
    turns.set(clockOf(id), minutes)
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

function addRule(byDoor: Map<string, Hours[]>, rule: PlannedRule): void {
  const hours = { allow: rule.allow, schedule: createSchedule(rule) }
  for (const id of rule.devices) byDoor.set(id, [...(byDoor.get(id) ?? []), hours])
}
