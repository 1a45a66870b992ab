/** What somebody who stands before the hardware reads in the registry: which cloud nodes there are, and who is called how. */
import { asText } from "../json.js"
import { SimulationRefused } from "../simulation/simulation.js"
import { readAll, type Insist } from "./insist.js"

export interface NodeEntry {
  readonly id: string
  readonly name: string
}

export const nodePath = (systemId: string, cloudNodeId: string): string =>
  `/${encodeURIComponent(systemId)}/cloud-nodes/${encodeURIComponent(cloudNodeId)}`

async function hasDoors(insist: Insist, systemId: string, { id }: NodeEntry): Promise<boolean> {
  const { body } = await insist("GET", `${nodePath(systemId, id)}/devices?per_page=1`)
  return Array.isArray(body) && body.length > 0
}

/** The cloud nodes that are named by id or externalId; all that have doors where none is named. */
export async function findNodes(
  insist: Insist,
  systemId: string,
  named: readonly string[] | undefined,
): Promise<NodeEntry[]> {
  const all = await readAll(insist, `/${encodeURIComponent(systemId)}/cloud-nodes`)
  const isNamed = (name: string) => (json: (typeof all)[number]) =>
    json.id === name || json.externalId === name
  const missing = (named ?? []).filter((name) => !all.some(isNamed(name)))
  if (missing.length > 0)
    throw new SimulationRefused(`There is no cloud node ${missing.join(", ")} in the system ${systemId}.`)
  const meant = named === undefined ? all : all.filter((json) => named.some((name) => isNamed(name)(json)))
  const entries = meant.map((json) => ({ id: asText(json.id), name: asText(json.name) }))
  const withDoors: NodeEntry[] = []
  for (const entry of entries) if (await hasDoors(insist, systemId, entry)) withDoors.push(entry)
  if (withDoors.length === 0)
    throw new SimulationRefused(
      named === undefined
        ? `The system ${systemId} has no cloud node with doors: there is nothing to be simulated.`
        : `None of these cloud nodes has doors: ${entries.map(({ name }) => `"${name}"`).join(", ")}.`,
    )
  return named === undefined ? withDoors : entries
}

/** The names of people and of their groups, by their ids: a cloud node is not told them. */
export interface Names {
  readonly people: ReadonlyMap<string, { readonly firstName: string; readonly lastName: string }>
  readonly groups: ReadonlyMap<string, string>
}

export const noNames: Names = { people: new Map(), groups: new Map() }

export async function readNames(insist: Insist, systemId: string): Promise<Names> {
  const system = `/${encodeURIComponent(systemId)}`
  const people = await readAll(insist, `${system}/holders`)
  const groups = await readAll(insist, `${system}/groups`)
  return {
    people: new Map(
      people.map(({ id, firstName, lastName }) => [
        asText(id),
        { firstName: asText(firstName), lastName: asText(lastName) },
      ]),
    ),
    groups: new Map(groups.map(({ id, name }) => [asText(id), asText(name)])),
  }
}
