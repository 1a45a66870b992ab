/**
 * What is to be written of a generated building: every object under an externalId that names the building, with the
 * fields as REST takes them. It must not know what is there already, nor how anything is sent.
 */
import { cardAsRest, type Rule } from "@doorstream/contract"
import type { GeneratedBuilding } from "../building/generate/generate.js"
import type { JsonObject } from "../json.js"

/** The server's id of what has this id in the generated building. */
export type IdOf = (generated: string) => string

export interface Draft {
  /** The id in the generated building. */
  readonly id: string
  readonly externalId: string
  /** Below the system; what stands above the object must have been written before it is asked. */
  readonly path: (idOf: IdOf) => string
  readonly fields: (idOf: IdOf) => JsonObject
}

/** The most devices that one rule may name. */
const mostDevices = 1_000

/** Cards of buildings with other seeds are others, so that a card is one person's in a system that has several. */
const facilities = 30_000

const apartBy = (facilityCode: string, seed: number): number =>
  Number(facilityCode) + 2 * ((seed >>> 0) % facilities)

const below = (owner: string, list: string, part: string) => (idOf: IdOf) =>
  `/${owner}/${encodeURIComponent(idOf(list))}/${part}`

/** The same rule as often as its devices take. */
function split(rule: Rule): Rule[] {
  const parts = Math.ceil(rule.devices.length / mostDevices)
  if (parts <= 1) return [rule]
  return Array.from({ length: parts }, (_, part) => ({
    ...rule,
    id: `${rule.id} ${part + 1}`,
    name: `${rule.name} (${part + 1})`,
    devices: rule.devices.slice(part * mostDevices, (part + 1) * mostDevices),
  }))
}

/** The beginning of the externalIds of all that is written for a seed. @example markOf(7) // "virtual-7" */
export const markOf = (seed: number): string => `virtual-${seed}`

function draftPlaces(building: GeneratedBuilding, seed: number, systemId: string): Draft[][] {
  const mark = markOf(seed)
  const nodes = building.cloudNodes.map(({ id, created: _, ...node }, at): Draft => {
    // Panels are told apart by their serial numbers on a whole server, with all its systems and their buildings.
    const fields = { ...node, serialNumber: `${node.serialNumber}-${seed}-${systemId.slice(0, 8)}` }
    const externalId = `${mark}/node-${at + 1}`
    return { id, externalId, path: () => "/cloud-nodes", fields: () => fields }
  })
  const connections = building.connections.map(({ id, cloudNodeId, name, type }, at): Draft => {
    const path = below("cloud-nodes", cloudNodeId, "connections")
    return { id, externalId: `${mark}/controller-${at + 1}`, path, fields: () => ({ name, type }) }
  })
  const devices = building.devices.map((device, at): Draft => {
    const { id, cloudNodeId, connectionId, created: _, ...fields } = device
    const path = below("cloud-nodes", cloudNodeId, "devices")
    const whole = (idOf: IdOf) => ({ ...fields, connection: idOf(connectionId) })
    return { id, externalId: `${mark}/door-${at + 1}`, path, fields: whole }
  })
  return [nodes, connections, devices]
}

function draftPeople(building: GeneratedBuilding, seed: number): Draft[][] {
  const mark = markOf(seed)
  const groups = building.groups.map(({ id, name }, at): Draft => ({
    id,
    externalId: `${mark}/group-${at + 1}`,
    path: () => "/groups",
    fields: () => ({ name }),
  }))
  const holders = building.holders.map((holder, at): Draft => {
    const { id, groups: ids = [], credentials: _, created: __, ...fields } = holder
    const whole = (idOf: IdOf) => ({ ...fields, groups: ids.map(idOf) })
    return { id, externalId: `${mark}/person-${at + 1}`, path: () => "/holders", fields: whole }
  })
  const cards = building.holders.flatMap(({ id: owner, credentials }) =>
    credentials.map((card) => ({ owner, card })),
  )
  const credentials = cards.map(({ owner, card }, at): Draft => {
    const fields = {
      facilityCode: apartBy(card.facilityCode, seed),
      cardNumber: cardAsRest(card.cardNumber),
    }
    const path = below("holders", owner, "credentials")
    return { id: card.id, externalId: `${mark}/card-${at + 1}`, path, fields: () => fields }
  })
  return [groups, holders, credentials]
}

function draftRules({ rules }: GeneratedBuilding, seed: number): Draft[] {
  return rules.flatMap(split).map(({ id, created: _, ...rule }, at): Draft => {
    const fields = (idOf: IdOf): JsonObject => ({
      ...rule,
      groups: rule.groups.map(idOf),
      holders: rule.holders.map(idOf),
      devices: rule.devices.map(idOf),
    })
    return { id, externalId: `${markOf(seed)}/rule-${at + 1}`, path: () => "/rules", fields }
  })
}

/** All that is to be written, in steps: what a step names was written in one before it. */
export const draftsOf = (
  building: GeneratedBuilding,
  seed: number,
  systemId: string,
): readonly (readonly Draft[])[] => [
  ...draftPeople(building, seed),
  ...draftPlaces(building, seed, systemId),
  draftRules(building, seed),
]
