/** Cloud nodes and devices as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out. */
import type { CloudNode, Connection, Device } from "@doorstream/contract"

export const showCloudNode = (node: CloudNode) => ({
  id: node.id,
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

/** @param connection the device's own; only its id is shown where the registry does not know it */
export const showDevice = (device: Device, connection: Connection | undefined) => ({
  id: device.id,
  name: device.name,
  connection: { id: device.connectionId, name: connection?.name, type: connection?.type },
  port: device.port,
  type: device.type,
  delay: device.delay,
  dwell: device.dwell,
  dps: device.dps,
  propAlarm: device.propAlarm,
  propDelay: device.propDelay,
  rex: device.rex,
  forcedAlarm: device.forcedAlarm,
  autoOpenAfterFirstAllow: device.autoOpenAfterFirstAllow,
  created: device.created,
})
