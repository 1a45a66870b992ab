/** Devices as REST shows them. Keys are in the vendor's order; nothing else of an entity goes out. */
import type { Device } from "@doorstream/contract"
import type { Registry, SystemId } from "../../core/ports.js"

/** Only the id of its connection is shown where the registry does not know that. */
function showConnectionOf(device: Device, registry: Pick<Registry, "find">, system: SystemId) {
  const connection = registry.find("connection", system, device.connectionId)
  return { id: device.connectionId, name: connection?.name, type: connection?.type }
}

export const showDevice = (device: Device, registry: Pick<Registry, "find">, system: SystemId) => ({
  id: device.id,
  externalId: device.externalId,
  name: device.name,
  connection: showConnectionOf(device, registry, system),
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
