/**
 * The five shapes in which events stand on the wire, with their keys in the specification's order, and the types of
 * every topic's event made from the table.
 */
import { holderName, type CloudNode, type Device, type Holder } from "./entities.js"
import type { ValuesOf } from "./fields.js"
import type { Placeholder, Told } from "./live-event.js"
import type { TopicName, topics } from "./topics/index.js"
import type {
  CloudNodeOrder,
  EntityTopic,
  LiveTopic,
  PresenceTopic,
  ReportedTopic,
  SyncTopic,
} from "./topics/topic.js"

/** A device as events carry it. */
export interface EmbeddedDevice {
  readonly id: string
  readonly name: string
  /** The id of its connection. */
  readonly connection: string
  readonly port: number
}

/** A holder as events carry it. */
export interface EmbeddedHolder {
  readonly id: string
  readonly name: string
  readonly enabled: boolean
  readonly activeDate: string | null
  readonly expireDate: string | null
}

/** A cloud node as events carry it. */
export interface EmbeddedCloudNode {
  readonly id: string
  readonly serialNumber: string
  readonly name: string
}

interface EmbeddedShapes {
  device: EmbeddedDevice
  holder: EmbeddedHolder
}

/** `{id, topic, body, cloudNode, occurred}`; `occurred` in milliseconds since 1970, by the cloud node's clock. */
export interface ReportedEvent<T extends string = string, B = unknown> {
  readonly id: string
  readonly topic: T
  readonly body: B
  readonly cloudNode: EmbeddedCloudNode
  readonly occurred: number
}

/** Who changed a registry object, and when (milliseconds since 1970). */
export interface EntityMetadata {
  readonly userId: string
  readonly userName: string
  readonly occurred: number
}

export interface EntityEvent<B = unknown> {
  readonly id: string
  readonly systemId: string
  /** `system.{systemId}.entity.{topic}`, while the event's name on the wire stays short. */
  readonly topic: string
  readonly body: B
  readonly metadata: EntityMetadata
}

export interface SyncEvent<D = unknown> {
  readonly systemId: string
  /** The serial number of the cloud node's panel. */
  readonly panelSn: string
  readonly details: D
}

/** `info` has a `%s` for each placeholder, in order. */
export interface LiveEvent {
  readonly topic: string
  readonly info: string
  readonly placeholders: readonly Placeholder[]
  readonly cloudNode: EmbeddedCloudNode
  readonly occurred: number
}

type EventOfEntry<N extends string, T> =
  T extends ReportedTopic<infer F, infer E>
    ? ReportedEvent<N, ValuesOf<F> & { readonly [K in E[number]]: EmbeddedShapes[K] }>
    : T extends EntityTopic<infer F>
      ? EntityEvent<ValuesOf<F>>
      : T extends PresenceTopic<infer F>
        ? ValuesOf<F>
        : T extends SyncTopic<infer F>
          ? SyncEvent<ValuesOf<F>>
          : T extends LiveTopic
            ? LiveEvent
            : never

/** The event that a topic's listeners hear. */
export type EventOf<N extends TopicName> = EventOfEntry<N, (typeof topics)[N]>

export const embedDevice = ({ id, name, connectionId, port }: Device): EmbeddedDevice => ({
  id,
  name,
  connection: connectionId,
  port,
})

export const embedHolder = (holder: Holder): EmbeddedHolder => ({
  id: holder.id,
  name: holderName(holder),
  enabled: holder.enabled,
  activeDate: holder.activeDate,
  expireDate: holder.expireDate,
})

export const embedCloudNode = (node: CloudNode, order: CloudNodeOrder): EmbeddedCloudNode =>
  order === "name first"
    ? { id: node.id, name: node.name, serialNumber: node.serialNumber }
    : { id: node.id, serialNumber: node.serialNumber, name: node.name }

export const reportedEvent = (
  id: string,
  topic: string,
  body: Readonly<Record<string, unknown>>,
  cloudNode: EmbeddedCloudNode,
  occurred: number,
): ReportedEvent => ({ id, topic, body, cloudNode, occurred })

export const entityEvent = (
  id: string,
  systemId: string,
  topic: string,
  body: Readonly<Record<string, unknown>>,
  { userId, userName, occurred }: EntityMetadata,
): EntityEvent => ({
  id,
  systemId,
  topic: `system.${systemId}.entity.${topic}`,
  body,
  metadata: { userId, userName, occurred },
})

export const syncEvent = (
  systemId: string,
  panelSn: string,
  details: Readonly<Record<string, unknown>>,
): SyncEvent => ({
  systemId,
  panelSn,
  details,
})

export const liveEventOf = (
  topic: string,
  { info, placeholders }: Told,
  cloudNode: EmbeddedCloudNode,
  occurred: number,
): LiveEvent => ({ topic, info, placeholders, cloudNode, occurred })
