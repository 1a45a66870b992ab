/** Cloud nodes as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out. */
import type { CloudNode } from "@doorstream/contract"

export const showCloudNode = (node: CloudNode) => ({
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
})
