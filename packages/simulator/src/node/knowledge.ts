/**
 * What a cloud node knows of the registry: what it was told, one sync upon the other, and its part of a building made of
 * it. It must not know how it was told. Pure.
 */
import type { SyncedKind, SyncedObject } from "@doorstream/contract"
import type { Plan } from "../building/plan.js"
import { asText, type JsonObject } from "../json.js"
import { deviceFrom, holderFrom, ruleFrom } from "./objects.js"
import type { WholeSync } from "./sync-parts.js"

/** Objects by their kinds and ids, as they were told. */
export type Knowledge = Readonly<Partial<Record<SyncedKind, ReadonlyMap<string, JsonObject>>>>

type Changes = Pick<WholeSync, "from" | "objects">

const isRemoval = (object: SyncedObject): object is Extract<SyncedObject, { removed: string }> =>
  "removed" in object

/** What it knows after a sync: where that tells only changes, the rest stays; else the rest is forgotten. */
export function takeOver(known: Knowledge, { from, objects }: Changes): Knowledge {
  const next = new Map<SyncedKind, Map<string, JsonObject>>()
  const ofKind = (kind: SyncedKind): Map<string, JsonObject> => {
    const there = next.get(kind) ?? new Map(from === undefined ? [] : known[kind])
    next.set(kind, there)
    return there
  }
  for (const object of objects) {
    if (isRemoval(object)) ofKind(object.kind).delete(object.removed)
    else ofKind(object.kind).set(object.value.id, object.value)
  }
  return { ...(from === undefined ? {} : known), ...Object.fromEntries(next) }
}

/** What a controller calls what it takes over (facts §3); only `ao_rules` is the vendor's. */
export type SyncType = "ao_rules" | "access_rules" | "people" | "devices"

/** What a sync is about: the first of these that is among it. */
export function syncTypeOf(known: Knowledge, { from, objects }: Changes): SyncType {
  const touched = new Set(objects.map(({ kind }) => kind))
  const isSchedule = (object: SyncedObject): boolean => {
    if (object.kind !== "rule") return false
    const value = isRemoval(object) ? undefined : (object.value as unknown as JsonObject)
    const id = isRemoval(object) ? object.removed : object.value.id
    return [value, known.rule?.get(id)].some((rule) => rule?.type === "autoOpen")
  }
  if (from === undefined || objects.some(isSchedule)) return "ao_rules"
  if (touched.has("rule")) return "access_rules"
  return touched.has("holder") || touched.has("group") ? "people" : "devices"
}

const listOf = (known: Knowledge, kind: SyncedKind): JsonObject[] => [...(known[kind]?.values() ?? [])]

const namedIn = (json: JsonObject) => ({ id: asText(json.id), name: asText(json.name) })

/** Its part of a building, without the names of people, which it is not told. */
export function partOf(known: Knowledge, cloudNodeId: string): Plan {
  const [node] = listOf(known, "cloudNode")
  return {
    cloudNodes: [{ id: cloudNodeId, name: asText(node?.name), timezone: asText(node?.timezone, "UTC") }],
    connections: listOf(known, "connection").map((json) => ({ ...namedIn(json), cloudNodeId })),
    devices: listOf(known, "device").map((json) => deviceFrom(json, cloudNodeId)),
    holders: listOf(known, "holder").map(holderFrom),
    groups: listOf(known, "group").map(namedIn),
    rules: listOf(known, "rule").map(ruleFrom),
  }
}
