/**
 * What a registry holds, in the vendor's REST shapes as far as the stream needs them: systems, cloud nodes,
 * connections, devices, holders with their credentials, groups of holders, rules. Dates are ISO 8601 text in UTC.
 */

/** What every object of a registry has. */
export interface Entity {
  /** A UUID that the registry gave. */
  readonly id: string
  /** A name of the user's choice, unique among the objects of its kind in its system: what reports and files may say. */
  readonly externalId?: string
  readonly created: string
}

export interface System {
  readonly id: string
  readonly name: string
  readonly created: string
}

export interface CloudNode extends Entity {
  readonly name: string
  readonly description?: string
  readonly serialNumber: string
  readonly locale?: string
  /** IANA name, such as `Europe/Madrid`. */
  readonly timezone: string
  readonly killTimer?: number
  readonly offlinePolicy?: number
  readonly cardFormat: readonly string[]
}

export const connectionTypes = [
  "aperio",
  "ethernet",
  "usb",
  "wirelessCoordinator",
  "wirelessGateway",
] as const
export type ConnectionType = (typeof connectionTypes)[number]

/** A controller behind a cloud node. */
export interface Connection extends Entity {
  readonly cloudNodeId: string
  readonly name: string
  readonly type: ConnectionType
}

/** A door, gate or reader. Times are in tenths of a second. */
export interface Device extends Entity {
  readonly cloudNodeId: string
  readonly connectionId: string
  readonly name: string
  readonly port: number
  readonly type: string
  /** How long a granted read unlocks: 1 to 5400 tenths of a second, 30 unless told. */
  readonly dwell: number
  /** How long the door may stay open before it counts as propped, in tenths of a second. */
  readonly propDelay: number
  readonly delay: number
  /** Whether a door position sensor is there. */
  readonly dps: boolean
  readonly rex: boolean
  readonly propAlarm: boolean
  readonly forcedAlarm: boolean
  readonly autoOpenAfterFirstAllow: boolean
}

/** A card, and what is on it: whole numbers in REST, text in the stream. */
export interface Credential {
  readonly id: string
  readonly externalId?: string
  readonly facilityCode: string
  readonly cardNumber: string
}

/**
 * What stands on a card as REST has it: the whole number that the text writes; the text itself where a number could not
 * be turned back into it (`007`).
 */
export function cardAsRest(text: string): number | string {
  const number = Number(text)
  return Number.isSafeInteger(number) && String(number) === text ? number : text
}

/** A person. The stream shows `name`, which is the first name and the last. */
export interface Holder {
  readonly id: string
  readonly externalId?: string
  readonly firstName: string
  readonly lastName: string
  readonly email?: string
  readonly enabled: boolean
  readonly activeDate: string | null
  readonly expireDate: string | null
  /** The ids of the groups that the holder is in. */
  readonly groups?: readonly string[]
  readonly credentials: readonly Credential[]
  readonly created?: string
}

/** Holders who are let in alike. */
export interface Group extends Entity {
  readonly name: string
  readonly description?: string
}

export const ruleTypes = ["access", "autoOpen"] as const
export const authenticationPolicies = ["cardOnly", "pinOnly", "cardOrPin", "cardAndPin"] as const
export const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const

/** When whom to let in where (`access`), or when which door stays unlocked (`autoOpen`). */
export interface Rule extends Entity {
  readonly name: string
  readonly type: (typeof ruleTypes)[number]
  /** A rule that denies wins over those that allow: a holiday. */
  readonly allow: boolean
  /** How holders must show who they are; only of `access`. */
  readonly authenticationPolicy?: (typeof authenticationPolicies)[number]
  /** The ids of those it is for; only of `access`. */
  readonly groups: readonly string[]
  readonly holders: readonly string[]
  /** The ids of the devices it is about. */
  readonly devices: readonly string[]
  /** `HH:MM` in the cloud node's time zone; 24:00 is the end of the day. */
  readonly startTime: string
  readonly stopTime: string
  readonly recurring: readonly (typeof weekdays)[number][]
}

export const holderName = (holder: Pick<Holder, "firstName" | "lastName">): string =>
  `${holder.firstName} ${holder.lastName}`.trim()
