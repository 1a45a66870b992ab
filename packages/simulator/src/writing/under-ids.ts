/** A building as it is, under the ids that a registry gave. It must not know how it was written. */
import type { GeneratedBuilding } from "../building/generate/generate.js"

interface Behind {
  readonly id: string
  readonly cloudNodeId: string
}

/** The same building under other ids. Rules that were split keep their own. */
export function underIds(
  building: GeneratedBuilding,
  ids: ReadonlyMap<string, string>,
  systemId: string,
): GeneratedBuilding {
  const of = (id: string): string => ids.get(id) ?? id
  const under = <T extends { readonly id: string }>(one: T): T => ({ ...one, id: of(one.id) })
  const behind = <T extends Behind>(one: T): T => ({
    ...under(one),
    cloudNodeId: of(one.cloudNodeId),
  })
  return {
    system: { ...building.system, id: systemId },
    cloudNodes: building.cloudNodes.map(under),
    connections: building.connections.map(behind),
    devices: building.devices.map((one) => ({ ...behind(one), connectionId: of(one.connectionId) })),
    rexUnlocks: building.rexUnlocks.map(of),
    groups: building.groups.map(under),
    holders: building.holders.map((one) => ({
      ...under(one),
      groups: (one.groups ?? []).map(of),
      credentials: one.credentials.map(under),
    })),
    rules: building.rules.map((one) => ({
      ...under(one),
      groups: one.groups.map(of),
      holders: one.holders.map(of),
      devices: one.devices.map(of),
    })),
  }
}
