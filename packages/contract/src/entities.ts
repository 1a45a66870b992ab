/**
 * What a registry holds, in the vendor's REST shapes (facts §3) as far as the stream needs them: systems, cloud
 * nodes, connections, devices, holders with their credentials. Dates are ISO 8601 text in UTC.
 */

export interface System {
  readonly id: string
  readonly name: string
  readonly created: string
}

export interface CloudNode {
  readonly id: string
  readonly name: string
  readonly description?: string
  readonly serialNumber: string
  readonly locale?: string
  /** IANA name, such as `Europe/Madrid`. */
  readonly timezone: string
  readonly killTimer?: number
  readonly offlinePolicy?: number
  readonly cardFormat: readonly string[]
  readonly created: string
}

export type ConnectionType = "aperio" | "ethernet" | "usb" | "wirelessCoordinator" | "wirelessGateway"

/** A controller behind a cloud node. */
export interface Connection {
  readonly id: string
  readonly cloudNodeId: string
  readonly name: string
  readonly type: ConnectionType
  readonly created: string
}

/** A door, gate or reader. Times are in tenths of a second. */
export interface Device {
  readonly id: string
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
  readonly created: string
}

export interface Credential {
  readonly id: string
  readonly facilityCode: string
  readonly cardNumber: string
}

/** A person. The stream shows `name`, which is the first name and the last. */
export interface Holder {
  readonly id: string
  readonly firstName: string
  readonly lastName: string
  readonly email?: string
  readonly enabled: boolean
  readonly activeDate: string | null
  readonly expireDate: string | null
  readonly credentials: readonly Credential[]
}

export const holderName = (holder: Pick<Holder, "firstName" | "lastName">): string =>
  `${holder.firstName} ${holder.lastName}`.trim()
