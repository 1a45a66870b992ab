/** Makes a whole building from a seed, as the objects of a registry. It must not know who writes them where. */
import type { CloudNode, Connection, Device, Group, Holder, Rule, System } from "@doorstream/contract"
import { createChance } from "../chance.js"
import type { Plan } from "../plan.js"
import { makeDoors } from "./doors.js"
import { makePeople } from "./people.js"
import { makeRules } from "./rules.js"
import { drawUuid } from "./uuid.js"

export interface GenerateOptions {
  readonly seed: number
  /** 1 to 10,000. */
  readonly doors: number
  /** 1 to 100,000; unless told, two for each door, at least 10 and at most 2,000. */
  readonly people?: number
  /** IANA names; the cloud nodes have them by turns. UTC unless told. */
  readonly timezones?: readonly string[]
}

/** A plan of which everything can be written into a registry. */
export interface GeneratedBuilding extends Plan {
  readonly system: System
  readonly cloudNodes: readonly CloudNode[]
  readonly connections: readonly Connection[]
  readonly devices: readonly Device[]
  readonly holders: readonly Holder[]
  readonly groups: readonly Group[]
  readonly rules: readonly Rule[]
  readonly rexUnlocks: readonly string[]
}

const isWhole = (value: number, most: number): boolean =>
  Number.isInteger(value) && value >= 1 && value <= most

/**
 * Makes a building: up to 64 doors to a cloud node, people with cards in groups, rules and schedules. All names are
 * unique among their kind. The same options give the same building, ids and all. Throws a RangeError when a number is
 * out of range.
 *
 * @example
 * generateBuilding({ seed: 7, doors: 40, timezones: ["Europe/Madrid"] }).devices[0].name // "Front Door"
 */
export function generateBuilding({
  seed,
  doors,
  people,
  timezones = ["UTC"],
}: GenerateOptions): GeneratedBuilding {
  const count = people ?? Math.min(2_000, Math.max(10, 2 * doors))
  if (!isWhole(doors, 10_000)) throw new RangeError("A building has 1 to 10000 doors.")
  if (!isWhole(count, 100_000)) throw new RangeError("A building has 1 to 100000 people.")
  const chance = createChance(seed)
  const system = { id: drawUuid(chance), name: `Building ${seed}`, created: "2026-01-05T08:00:00.000Z" }
  const made = makeDoors(doors, timezones, chance)
  const crowd = makePeople(count, chance)
  const { cloudNodes, connections, devices, rexUnlocks } = made
  const { groups, holders } = crowd
  return {
    system,
    cloudNodes,
    connections,
    devices,
    rexUnlocks,
    groups,
    holders,
    rules: makeRules(made, crowd, chance),
  }
}
