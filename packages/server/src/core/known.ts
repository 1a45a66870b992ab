/**
 * What a cloud node is to know of the registry: its own part of the building, and what it takes to decide who enters
 * there. Names of people and their addresses are not among it. It must not know how it is told. PROTOCOL §18.
 */
import { syncedKinds, type Rule, type SyncedKind } from "@doorstream/contract"
import type { Change, KeptHolder, Kinds, Registry, SystemId } from "./ports.js"

type Value = Kinds[SyncedKind]

/** An object as a change has it, or as the registry does. */
export interface Thing {
  readonly kind: SyncedKind
  readonly value: Value
}

export const isSynced = (kind: Change["kind"]): kind is SyncedKind =>
  (syncedKinds as readonly string[]).includes(kind)

/** The cloud node whose device that is. */
export type NodeOf = (deviceId: string) => string | undefined

export const nodeOfIn =
  (registry: Pick<Registry, "findEver">, system: SystemId): NodeOf =>
  (deviceId) =>
    registry.findEver("device", system, deviceId)?.cloudNodeId

/** The ids of the cloud nodes that are concerned by an object; undefined where all of its system are. */
export function concernedBy({ kind, value }: Thing, nodeOf: NodeOf): ReadonlySet<string> | undefined {
  switch (kind) {
    case "cloudNode":
      return new Set([value.id])
    case "connection":
    case "device":
      return new Set([(value as Kinds["device"]).cloudNodeId])
    case "rule":
      return new Set((value as Rule).devices.flatMap((id) => nodeOf(id) ?? []))
    case "group":
    case "holder":
      return undefined
  }
}

/** JSON leaves out what is undefined. */
function viewOfRule(rule: Rule, cloudNodeId: string, nodeOf: NodeOf): object | undefined {
  const devices = rule.devices.filter((id) => nodeOf(id) === cloudNodeId)
  if (devices.length === 0) return undefined
  const { id, type, allow, authenticationPolicy, groups, holders, startTime, stopTime, recurring } = rule
  return { id, type, allow, authenticationPolicy, groups, holders, devices, startTime, stopTime, recurring }
}

const viewOfHolder = ({ id, enabled, activeDate, expireDate, groups, credentials, pinHash }: KeptHolder) => ({
  id,
  enabled,
  activeDate,
  expireDate,
  groups: groups ?? [],
  credentials: credentials.map(({ id: credentialId, facilityCode, cardNumber }) => ({
    id: credentialId,
    facilityCode,
    cardNumber,
  })),
  pinHash,
})

const deviceFields = [
  "id",
  "connectionId",
  "name",
  "port",
  "type",
  "dwell",
  "propDelay",
  "delay",
  "dps",
  "rex",
  "propAlarm",
  "forcedAlarm",
  "autoOpenAfterFirstAllow",
] as const

/** Always in the same order: two views of one device are compared as text. */
const viewOfDevice = (device: Kinds["device"]): object =>
  Object.fromEntries(deviceFields.map((field) => [field, device[field]]))

/** An object as this cloud node is to know it; undefined where it is not to know of it. */
export function viewFor(cloudNodeId: string, thing: Thing, nodeOf: NodeOf): object | undefined {
  const concerned = concernedBy(thing, nodeOf)
  if (concerned !== undefined && !concerned.has(cloudNodeId)) return undefined
  const { kind, value } = thing
  switch (kind) {
    case "cloudNode": {
      const { id, name, timezone, locale, killTimer, offlinePolicy, cardFormat } = value as Kinds["cloudNode"]
      return { id, name, timezone, locale, killTimer, offlinePolicy, cardFormat }
    }
    case "connection": {
      const { id, name, type } = value as Kinds["connection"]
      return { id, name, type }
    }
    case "device":
      return viewOfDevice(value as Kinds["device"])
    case "group":
      return { id: value.id }
    case "holder":
      return viewOfHolder(value as KeptHolder)
    case "rule":
      return viewOfRule(value as Rule, cloudNodeId, nodeOf)
  }
}
