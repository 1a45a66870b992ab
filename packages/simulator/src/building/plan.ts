/** What a building is made of, as the registry tells it, and what the registry leaves open about its doors. */
import {
  weekdays,
  type CloudNode,
  type Connection,
  type Device,
  type Group,
  type Holder,
  type Rule,
} from "@doorstream/contract"
import type { DoorSettings } from "./door.js"

interface Named {
  readonly name?: string
}

/** A holder as far as a controller knows one. */
export type Person = Pick<Holder, "id" | "enabled" | "activeDate" | "expireDate" | "groups" | "credentials"> &
  Partial<Pick<Holder, "firstName" | "lastName">>

/** A door without what only registries need. */
export type PlannedDoor = Omit<Device, "created" | "externalId">

/** A rule without what only registries need. */
export type PlannedRule = Omit<Rule, "created" | "externalId" | "name">

/** A system's buildings, or one cloud node's part of them. */
export interface Plan {
  readonly cloudNodes: readonly (Pick<CloudNode, "id" | "timezone"> & Named)[]
  readonly connections: readonly (Pick<Connection, "id" | "cloudNodeId"> & Named)[]
  readonly devices: readonly PlannedDoor[]
  readonly holders: readonly Person[]
  readonly groups?: readonly (Pick<Group, "id"> & Named)[]
  /** Who may enter where, and what unlocks by schedule. Nobody enters where no rule lets them. */
  readonly rules: readonly PlannedRule[]
  /** The ids of the doors whose REX releases the lock: of wiring the registry knows nothing. At others it only reports. */
  readonly rexUnlocks?: readonly string[]
}

export const settingsOf = (device: PlannedDoor, rexUnlocks: ReadonlySet<string>): DoorSettings => ({
  ...device,
  rexUnlocks: rexUnlocks.has(device.id),
})

const ids = (entities: readonly { readonly id: string }[]): string[] => entities.map(({ id }) => id)

/** A rule by which these holders enter at these doors with a card, at any time. */
export const openRule = (devices: readonly PlannedDoor[], holders: readonly Person[]): Rule => ({
  id: "open-house",
  name: "Everybody, at any time",
  type: "access",
  allow: true,
  authenticationPolicy: "cardOnly",
  groups: [],
  holders: ids(holders),
  devices: ids(devices),
  startTime: "00:00",
  stopTime: "24:00",
  recurring: weekdays,
  created: "1970-01-01T00:00:00.000Z",
})

/** The rules of a building whose registry has none at all: an open house. */
export const customaryRules = ({
  devices,
  holders,
}: Pick<Plan, "devices" | "holders">): readonly PlannedRule[] => [openRule(devices, holders)]
