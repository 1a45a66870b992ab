/**
 * Turns what a cloud node reported, and what became of registry objects, presence and sync, into events as they go out
 * on the wire, with the `liveEvent` beside them. It must not know where reports come from or where events go.
 */
import {
  embedCloudNode,
  embedDevice,
  embedHolder,
  entityEvent,
  isRefusal,
  liveEventOf,
  refuse,
  reportedEvent,
  syncEvent,
  tell,
  topics,
  type CloudNode,
  type Connection,
  type Device,
  type EntityMetadata,
  type EntityTopic,
  type Fields,
  type Holder,
  type PresenceTopic,
  type Refusal,
  type Report,
  type ReportedTopic,
  type SyncTopic,
  type TopicName,
} from "@doorstream/contract"
import { findEverByWord, findIn } from "./naming.js"
import type { Entry, Registry, SystemId } from "./ports.js"

type Events = Entry["events"]

/** The topics of one envelope. */
type TopicOf<E> = { [T in TopicName]: (typeof topics)[T] extends E ? T : never }[TopicName]

const eventOf = (topic: TopicName, event: unknown): Events[number] => ({ topic, text: JSON.stringify(event) })

/** The values of an event's own fields, in the table's order; what is not known is left out. */
function pick(fields: Fields, from: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(fields).flatMap((key) => (from[key] === undefined ? [] : [[key, from[key]]])),
  )
}

/** What a report speaks of, found in the registry. */
interface Subjects {
  readonly device?: Device
  readonly holder?: Holder
}

/** The report's own words, with the holder and credential filled in where the registry knows them by the card. */
interface Understood {
  readonly body: Readonly<Record<string, unknown>>
  readonly subjects: Subjects
}

function findHolder(report: Report, system: SystemId, registry: Registry): Holder | Refusal {
  const { holderId } = report.body
  if (holderId === undefined) return registry.holderOf(system, report.body) ?? refuse("holder_required")
  return (
    findEverByWord(registry, "holder", system, holderId) ??
    refuse("holder_unknown", `This one is ${holderId}.`)
  )
}

function credentialOf(
  holder: Holder,
  { credentialId, facilityCode, cardNumber }: Report["body"],
): string | undefined {
  if (credentialId !== undefined) return findIn(holder.credentials, credentialId)?.id ?? credentialId
  return holder.credentials.find(
    (card) => card.facilityCode === facilityCode && card.cardNumber === cardNumber,
  )?.id
}

function findConnection(
  { body: { connectionId } }: Report,
  node: CloudNode,
  system: SystemId,
  registry: Registry,
): Connection | Refusal | undefined {
  if (connectionId === undefined) return undefined
  const found = findEverByWord(registry, "connection", system, connectionId)
  return found?.cloudNodeId === node.id ? found : refuse("connection_unknown", `This one is ${connectionId}.`)
}

function understand(
  report: Report,
  node: CloudNode,
  system: SystemId,
  registry: Registry,
): Understood | Refusal {
  const { embeds }: ReportedTopic = topics[report.topic]
  const connection = findConnection(report, node, system, registry)
  if (connection !== undefined && isRefusal(connection)) return connection
  const said = { ...report.body, ...(connection === undefined ? {} : { connectionId: connection.id }) }
  if (!embeds.includes("device")) return { body: said, subjects: {} }

  const { deviceId = "" } = report.body
  const device = findEverByWord(registry, "device", system, deviceId)
  if (device?.cloudNodeId !== node.id) return refuse("device_unknown", `This one is ${deviceId}.`)
  const body = { ...said, deviceId: device.id }
  if (!embeds.includes("holder")) return { body, subjects: { device } }

  const holder = findHolder(report, system, registry)
  if (isRefusal(holder)) return holder
  const credentialId = credentialOf(holder, report.body)
  return { body: { ...body, holderId: holder.id, credentialId }, subjects: { device, holder } }
}

/**
 * Composes what a report causes: its event, and the `liveEvent` where the topic has a sentence.
 *
 * @param freshId a UUID that was never used
 * @returns one or two events, or `device_unknown`, `connection_unknown`, `holder_unknown` or `holder_required`
 */
export function composeReport(
  report: Report,
  node: CloudNode,
  system: SystemId,
  registry: Registry,
  freshId: string,
): Events | Refusal {
  const understood = understand(report, node, system, registry)
  if (isRefusal(understood)) return understood
  const { device, holder } = understood.subjects
  const { topic, occurred } = report
  const entry: ReportedTopic = topics[topic]

  const body = pick(entry.body, understood.body)
  if (device !== undefined) body["device"] = embedDevice(device)
  if (holder !== undefined) body["holder"] = embedHolder(holder)
  const event = reportedEvent(freshId, topic, body, embedCloudNode(node, entry.cloudNode), occurred)
  if (entry.sentence === undefined) return [eventOf(topic, event)]

  const told = tell(entry.sentence, report.body.requestFactor, {
    ...(device === undefined ? {} : { device }),
    ...(holder === undefined ? {} : { holder: embedHolder(holder) }),
  })
  const live = liveEventOf(topic, told, embedCloudNode(node, topics.liveEvent.cloudNode), occurred)
  return [eventOf(topic, event), eventOf("liveEvent", live)]
}

/** Composes what a change of a cloud node's entry in the registry causes. */
export function composeEntity(
  topic: TopicOf<EntityTopic>,
  entity: CloudNode,
  system: SystemId,
  metadata: EntityMetadata,
  freshId: string,
): Events {
  const { body }: EntityTopic = topics[topic]
  return [eventOf(topic, entityEvent(freshId, system, topic, pick(body, { ...entity }), metadata))]
}

/** Composes a cloud node's coming or going. The specification writes the two times differently. */
export function composePresence(topic: TopicOf<PresenceTopic>, serialNumber: string, at: Date): Events {
  const { body }: PresenceTopic = topics[topic]
  const isText = body["timestamp"]?.kind === "isoSeconds"
  const timestamp = isText ? at.toISOString().replace(/\.\d{3}Z$/, "Z") : at.getTime()
  return [eventOf(topic, pick(body, { serialNumber, timestamp }))]
}

/** Composes how far a cloud node is with syncing; `timestamp` in milliseconds since 1970. */
export function composeSync(
  topic: TopicOf<SyncTopic>,
  system: SystemId,
  panelSn: string,
  details: { readonly dataFlowStatus?: "Pending" | "Started"; readonly timestamp: number },
): Events {
  const entry: SyncTopic = topics[topic]
  return [eventOf(topic, syncEvent(system, panelSn, pick(entry.details, details)))]
}
