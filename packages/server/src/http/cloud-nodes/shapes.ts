/** Cloud nodes as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out. */
import type { CloudNode } from "@doorstream/contract"
import type { Registry, SystemId } from "../../core/ports.js"

/** Whether its link is there, and since when; nothing is known of one that never came. */
function connectionStatusOf({ id }: CloudNode, { find }: Pick<Registry, "find">, system: SystemId) {
  const presence = find("presence", system, id)
  if (presence === undefined) return { connected: false, details: {} }
  const { connected, timestamp } = presence
  return { connected, details: { timestamp } }
}

/** Whether it knows all that the registry does; nothing is told of one that was never registered. */
function syncStatusOf({ id }: CloudNode, { find }: Pick<Registry, "find">, system: SystemId) {
  const sync = find("sync", system, id)
  if (sync === undefined) return { synced: false, details: {} }
  const { status, timestamp } = sync
  if (status === "synced") return { synced: true, details: { timestamp } }
  return {
    synced: false,
    details: { timestamp, dataFlowStatus: status === "pending" ? "Pending" : "Started" },
  }
}

export const showCloudNode = (node: CloudNode, registry: Pick<Registry, "find">, system: SystemId) => ({
  id: node.id,
  externalId: node.externalId,
  name: node.name,
  description: node.description,
  created: node.created,
  serialNumber: node.serialNumber,
  locale: node.locale,
  timezone: node.timezone,
  killTimer: node.killTimer,
  offlinePolicy: node.offlinePolicy,
  cardFormat: node.cardFormat,
  syncStatus: syncStatusOf(node, registry, system),
  connectionStatus: connectionStatusOf(node, registry, system),
})
