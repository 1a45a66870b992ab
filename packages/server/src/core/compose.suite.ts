/// <reference types="node" />
/**
 * The specification's 31 samples, each composed from what caused it: a report, a change of an entity, presence or the
 * state of a sync, and a registry. Shared by the tests of composing and those of the wire.
 */
import { readFileSync } from "node:fs"
import {
  isRefusal,
  isReportable,
  topicNames,
  type CloudNode,
  type Connection,
  type Device,
  type EntityMetadata,
  type Holder,
  type Report,
  type TopicName,
} from "@doorstream/contract"
import { composeEntity, composePresence, composeReport, composeSync } from "./compose.js"
import type { Change, Entry, Kinds, Registry } from "./ports.js"
import { registryOf as registryHolding } from "./registry-of.suite.js"

export type Json = Readonly<Record<string, unknown>>

export const fixture = (topic: TopicName): Json =>
  JSON.parse(
    readFileSync(new URL(`../../../contract/fixtures/events/${topic}.json`, import.meta.url), "utf8"),
  ) as Json

export const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const created = "2025-01-06T15:47:06.911Z"

const aDevice: Omit<Device, "id" | "cloudNodeId" | "connectionId"> = {
  name: "Test Device",
  port: 1,
  type: "primaryReader",
  dwell: 30,
  propDelay: 300,
  delay: 0,
  dps: true,
  rex: true,
  propAlarm: true,
  forcedAlarm: true,
  autoOpenAfterFirstAllow: false,
  created,
}

/** A registry that holds these objects and no others. */
export const registryOf = (objects: {
  readonly [K in "device" | "holder" | "connection"]?: Kinds[K]
}): Registry =>
  registryHolding(...Object.entries(objects).map(([kind, value]) => ({ kind, system, value }) as Change))

export interface Reported extends Json {
  readonly id: string
  readonly body: Json & { readonly device?: Json; readonly holder?: Json }
  readonly cloudNode: { id: string; name: string; serialNumber: string }
  readonly occurred: number
}

/** The registry and the report from which a sample of the specification comes about. */
export function causeOf(topic: Report["topic"], sample: Reported) {
  const { deviceId, connectionId, credentialId, facilityCode, cardNumber } = sample.body as Record<
    string,
    string
  >
  const node: CloudNode = { ...sample.cloudNode, timezone: "UTC", cardFormat: [], created }
  const connectionOf = (sample.body.device?.["connection"] ?? connectionId) as string
  const connection: Connection = {
    id: connectionOf,
    cloudNodeId: node.id,
    name: "C",
    type: "ethernet",
    created,
  }
  const device: Device = {
    ...aDevice,
    id: deviceId ?? "none",
    cloudNodeId: node.id,
    connectionId: connectionOf,
  }
  const holder: Holder = {
    id: (sample.body.holder?.["id"] ?? "none") as string,
    firstName: "John",
    lastName: "Wiegand",
    enabled: true,
    activeDate: null,
    expireDate: null,
    credentials: [
      { id: credentialId ?? "none", facilityCode: facilityCode ?? "", cardNumber: cardNumber ?? "" },
    ],
  }
  const { device: _device, holder: _holder, ...body } = sample.body
  const report: Report = { id: "r1", topic, occurred: sample.occurred, body }
  return { node, report, device, holder, registry: registryOf({ device, holder, connection }) }
}

export const textOf = (events: Entry["events"], at = 0): string => events[at]!.text

export function composeSample(
  topic: Report["topic"],
  change: (report: Report) => Report = (report) => report,
) {
  const sample = fixture(topic) as Reported
  const { node, report, registry } = causeOf(topic, sample)
  const events = composeReport(change(report), node, system, registry, sample.id)
  if (isRefusal(events)) throw new Error(events.message)
  return { events, sample }
}

interface EntitySample extends Json {
  readonly id: string
  readonly systemId: string
  readonly topic: string
  readonly body: CloudNode
  readonly metadata: EntityMetadata
}

/** A sample of the specification, and what was composed from its cause. */
export interface Sample {
  readonly topic: TopicName
  readonly composed: string
  /** The specification's text, but for the one difference that is named. */
  readonly expected: string
  /** Where the sample contradicts itself, which no registry can. */
  readonly difference?: string
}

function reportedSample(topic: Report["topic"]): Sample {
  const { events, sample } = composeSample(topic)
  const { deviceId, device } = sample.body
  if (device === undefined || device["id"] === deviceId)
    return { topic, composed: textOf(events), expected: JSON.stringify(sample) }
  const body = { ...sample.body, device: { ...device, id: deviceId } }
  const expected = JSON.stringify({ ...sample, body })
  return { topic, composed: textOf(events), expected, difference: "device.id, which is deviceId" }
}

type EntityTopicName = Parameters<typeof composeEntity>[0]

function entitySample(topic: EntityTopicName): Sample {
  const sample = fixture(topic) as EntitySample
  const events = composeEntity(topic, sample.body, sample.systemId, sample.metadata, sample.id)
  const ownTopic = `system.${sample.systemId}.entity.${topic}`
  const expected = JSON.stringify({ ...sample, topic: ownTopic })
  return {
    topic,
    composed: textOf(events),
    expected,
    ...(sample.topic === ownTopic ? {} : { difference: "the system in its inner topic, which is systemId" }),
  }
}

function presenceSample(topic: Parameters<typeof composePresence>[0]): Sample {
  const sample = fixture(topic) as { serialNumber: string; timestamp: string | number }
  const events = composePresence(topic, sample.serialNumber, new Date(sample.timestamp))
  return { topic, composed: textOf(events), expected: JSON.stringify(sample) }
}

function syncSample(topic: Parameters<typeof composeSync>[0]): Sample {
  const sample = fixture(topic) as { systemId: string; panelSn: string; details: { timestamp: number } }
  const events = composeSync(topic, sample.systemId, sample.panelSn, sample.details)
  return { topic, composed: textOf(events), expected: JSON.stringify(sample) }
}

/** The sentence beside a granted read of the sample's people and doors. */
function liveSample(): Sample {
  const live = fixture("liveEvent") as Pick<Reported, "cloudNode" | "occurred"> & {
    placeholders: { id: string }[]
  }
  const asked = fixture("device.request.allowed") as Reported
  const { node, report, device, holder } = causeOf("device.request.allowed", {
    ...asked,
    ...live,
    body: asked.body,
  })
  const [holderId, deviceId] = live.placeholders.map(({ id }) => id) as [string, string]
  const registry = registryOf({ device: { ...device, id: deviceId }, holder: { ...holder, id: holderId } })
  const named: Report = { ...report, body: { ...report.body, deviceId, holderId } }
  const events = composeReport(named, node, system, registry, "fresh")
  if (isRefusal(events)) throw new Error(events.message)
  return { topic: "liveEvent", composed: textOf(events, 1), expected: JSON.stringify(live) }
}

/** All 31, in the table's order. */
export const samples = (): readonly Sample[] =>
  topicNames.map((topic) => {
    if (isReportable(topic)) return reportedSample(topic)
    if (topic === "liveEvent") return liveSample()
    if (topic === "cloudnode.connected" || topic === "cloudnode.disconnected") return presenceSample(topic)
    if (topic === "sync.not_synced" || topic === "sync.synced") return syncSample(topic)
    return entitySample(topic)
  })
