/** Finds for a scenario its places and people in a building, or says what is not there. It must not know the time. */
import { holderName } from "@doorstream/contract"
import { settingsOf, type Plan } from "./plan.js"
import type { Scenario, ScenarioAct } from "./scenario.js"
import { verbEntry } from "./verbs.js"

/** What one act of a scenario needs, found. */
export interface Part {
  readonly act: ScenarioAct
  /** The ids of the doors or lines at which it plays; at least one. */
  readonly places: readonly string[]
  /** The ids of those who may do it. */
  readonly people: readonly string[]
}

export interface Misfit {
  readonly line: number
  readonly reason: string
}

interface Named {
  readonly id: string
  readonly name?: string
}

/** A name matches itself, and a pattern whatever has its parts in order. */
function matching(pattern: string): (place: Named) => boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
  const expression = new RegExp(`^${parts.join(".*")}$`, "su")
  return ({ name = "" }) => expression.test(name)
}

const kinds = { doors: "door", "cloud-nodes": "cloud node", connections: "connection" } as const

const examples = (named: readonly Named[]): string => {
  const some = named.slice(0, 3).map(({ name = "" }) => `"${name}"`)
  const more = named.length - some.length
  return named.length === 0
    ? "there is none"
    : `there are ${some.join(", ")}${more > 0 ? ` and ${more} more` : ""}`
}

/** The places that are meant, or why they cannot be. A door that is named itself must fit; of many, some must. */
function findPlaces({ act, plan }: { act: ScenarioAct; plan: Plan }): Named[] | string {
  const all: readonly Named[] = {
    doors: plan.devices,
    "cloud-nodes": plan.cloudNodes,
    connections: plan.connections,
  }[act.at]
  const rexUnlocks = new Set(plan.rexUnlocks)
  const devices = new Map(plan.devices.map((device) => [device.id, settingsOf(device, rexUnlocks)]))
  const { lacks } = verbEntry(act.does)
  const places = new Map<string, Named>()
  for (const name of act.names) {
    const meant = all.filter(matching(name))
    if (meant.length === 0) return `there is no ${kinds[act.at]} "${name}": ${examples(all)}`
    for (const place of meant) {
      const settings = devices.get(place.id)
      const lacking = settings && lacks?.(settings)
      if (lacking === undefined) places.set(place.id, place)
      else if (!name.includes("*")) return `nobody can ${act.does} at "${name}": it has not ${lacking}`
    }
  }
  return places.size > 0
    ? [...places.values()]
    : `nobody can ${act.does} at any of these doors: none is equipped for it`
}

function findPeople({ who }: ScenarioAct, { holders, groups = [] }: Plan): readonly string[] | string {
  if (who === undefined) return holders.map(({ id }) => id)
  const people = new Set<string>()
  for (const name of who) {
    const inGroups = new Set(groups.filter((group) => group.name === name).map(({ id }) => id))
    const meant = holders.filter(
      ({ firstName = "", lastName = "", groups: some = [] }) =>
        holderName({ firstName, lastName }) === name || some.some((id) => inGroups.has(id)),
    )
    if (meant.length === 0) return `there is nobody and no group with anybody that is called "${name}"`
    for (const holder of meant) people.add(holder.id)
  }
  return [...people]
}

/** Either everything is found, or there is at least one misfit. */
export function castScenario({ acts }: Scenario, plan: Plan): { parts: Part[]; misfits: Misfit[] } {
  const parts: Part[] = []
  const misfits: Misfit[] = []
  for (const act of acts) {
    const places = findPlaces({ act, plan })
    const people = findPeople(act, plan)
    for (const found of [places, people])
      if (typeof found === "string") misfits.push({ line: act.line, reason: found })
    if (typeof places !== "string" && typeof people !== "string")
      parts.push({ act, places: places.map(({ id }) => id), people })
  }
  return { parts, misfits }
}
