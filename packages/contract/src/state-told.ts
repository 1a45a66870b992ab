/**
 * The shape of what is known of doors and cloud nodes, and what each topic tells of it: one table, which the fold, grants
 * and documents alike are made from. It must not know what was known before. PROTOCOL §22.
 */
import type { EmbeddedDevice } from "./envelopes.js"
import type { TopicName } from "./topics/index.js"

/** What is known of a door; null: nobody knows yet. */
export interface DoorReadings {
  readonly lock: "locked" | "unlocked" | null
  readonly dps: "open" | "closed" | null
  readonly rex: boolean | null
  readonly forced: boolean | null
  readonly propped: boolean | null
  readonly autoOpen: boolean | null
  readonly forceOpen: boolean | null
  readonly forceClose: boolean | null
}
export type DoorField = keyof DoorReadings

export interface DoorState extends EmbeddedDevice, DoorReadings {
  /** The id of its cloud node. */
  readonly cloudNode: string
  /** Since when each is so that is known, in milliseconds since 1970, by the cloud node's clock. */
  readonly since: { readonly [F in DoorField]?: number }
}

/** What is known of a cloud node; null: nobody knows yet. */
export interface CloudNodeReadings {
  readonly connected: boolean | null
  readonly synced: boolean | null
}
export type CloudNodeField = keyof CloudNodeReadings

export interface CloudNodeState extends CloudNodeReadings {
  /** Null where events told its serial number alone. */
  readonly id: string | null
  readonly serialNumber: string
  readonly name: string | null
  /** Since when each is so that is known, in milliseconds since 1970. */
  readonly since: { readonly [F in CloudNodeField]?: number }
}

/** All doors and all cloud nodes of a system, as of one position of its log. */
export interface SystemState {
  readonly doors: readonly DoorState[]
  readonly cloudNodes: readonly CloudNodeState[]
}

/** The first argument of `stream.state`, and what `GET /{systemId}/state` answers. */
export interface StreamState extends SystemState {
  /** What changed after it is not in it, and everything else is. */
  readonly cursor: string
  /** When that was so, by the server's clock, in milliseconds since 1970. */
  readonly time: number
}

export const emptyState: SystemState = { doors: [], cloudNodes: [] }

export const unknownDoor: DoorReadings = {
  lock: null,
  dps: null,
  rex: null,
  forced: null,
  propped: null,
  autoOpen: null,
  forceOpen: null,
  forceClose: null,
}

export const unknownCloudNode: CloudNodeReadings = { connected: null, synced: null }

type Told<R> = { readonly [F in keyof R]: readonly [F, NonNullable<R[F]>] }[keyof R]

/** What each topic tells of a door. */
const ofDoors: { readonly [T in TopicName]?: Told<DoorReadings> } = {
  "device.alarm.forced": ["forced", true],
  "device.alarm.forced.cleared": ["forced", false],
  "device.alarm.propped.off": ["propped", false],
  "device.alarm.propped.on": ["propped", true],
  "device.autoopen.off": ["autoOpen", false],
  "device.autoopen.on": ["autoOpen", true],
  "device.forceclose.off": ["forceClose", false],
  "device.forceclose.on": ["forceClose", true],
  "device.forceopen.off": ["forceOpen", false],
  "device.forceopen.on": ["forceOpen", true],
  "device.input.dps.closed": ["dps", "closed"],
  "device.input.dps.opened": ["dps", "open"],
  "device.input.relay.off": ["lock", "locked"],
  "device.input.relay.on": ["lock", "unlocked"],
  "device.input.rex.off": ["rex", false],
  "device.input.rex.on": ["rex", true],
}

/** What each topic tells of a cloud node. */
const ofCloudNodes: { readonly [T in TopicName]?: Told<CloudNodeReadings> } = {
  "cloudnode.connected": ["connected", true],
  "cloudnode.disconnected": ["connected", false],
  "sync.not_synced": ["synced", false],
  "sync.synced": ["synced", true],
}

/** What a topic tells of a door; undefined where that is nothing. */
export const toldOfDoor = (topic: TopicName): Told<DoorReadings> | undefined => ofDoors[topic]

const topicsOf = (field: string, table: { readonly [T in TopicName]?: readonly [string, unknown] }) =>
  (Object.keys(table) as TopicName[]).filter((topic) => table[topic]?.[0] === field)

/** The topics that a field is told by: who may not hear all of them cannot know it. */
export const topicsTelling = (field: DoorField | CloudNodeField): readonly TopicName[] =>
  field in unknownDoor ? topicsOf(field, ofDoors) : topicsOf(field, ofCloudNodes)

/** The topics that change a state. All others leave it as it is. */
export const stateTopics: ReadonlySet<TopicName> = new Set([
  ...(Object.keys({ ...ofDoors, ...ofCloudNodes }) as TopicName[]),
  "cloudnode.created",
  "cloudnode.registered",
  "cloudnode.deleted",
])

/** What an event tells of a state, before it is known what was there. */
export type Change =
  | {
      readonly of: "door"
      readonly door: EmbeddedDevice & { readonly cloudNode: string }
      readonly told: Told<DoorReadings>
      readonly at: number
    }
  | {
      readonly of: "cloudNode"
      readonly serialNumber: string
      readonly told: Told<CloudNodeReadings>
      readonly at: number
    }
  | { readonly of: "entry"; readonly id: string; readonly serialNumber: string; readonly name: string }
  | { readonly of: "removal"; readonly id: string; readonly serialNumber: string }

/** As far as it is there: what is no event of its topic tells nothing. */
interface Parts {
  readonly body?: { readonly id: string; readonly serialNumber: string; readonly name: string } & {
    readonly deviceId: string
    readonly device?: EmbeddedDevice
  }
  readonly cloudNode?: { readonly id: string }
  readonly occurred: number
  readonly serialNumber?: string
  /** ISO text in one topic, milliseconds in another. */
  readonly timestamp?: string | number
  readonly panelSn?: string
  readonly details?: { readonly timestamp: number }
}

/**
 * What an event of a topic tells of a state; undefined where that is nothing.
 *
 * @param event as it stands on the wire
 */
export function changeBy(topic: TopicName, event: object): Change | undefined {
  const parts = event as Parts
  const ofDoor = ofDoors[topic]
  if (ofDoor !== undefined) {
    const { body, cloudNode, occurred } = parts
    if (body?.device === undefined || cloudNode === undefined) return undefined
    const { name, connection, port } = body.device
    const door = { id: body.deviceId, name, connection, port, cloudNode: cloudNode.id }
    return { of: "door", door, told: ofDoor, at: occurred }
  }
  const told = ofCloudNodes[topic]
  if (told !== undefined) {
    const { serialNumber = parts.panelSn, timestamp = parts.details?.timestamp } = parts
    if (serialNumber === undefined || timestamp === undefined) return undefined
    const at = typeof timestamp === "string" ? Date.parse(timestamp) : timestamp
    return { of: "cloudNode", serialNumber, told, at }
  }
  if (!stateTopics.has(topic)) return undefined
  if (parts.body === undefined) return undefined
  const { id, serialNumber, name } = parts.body
  return topic === "cloudnode.deleted"
    ? { of: "removal", id, serialNumber }
    : { of: "entry", id, serialNumber, name }
}
