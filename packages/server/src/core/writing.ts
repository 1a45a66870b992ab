/**
 * Makes objects of a registry out of what somebody wrote: fills in what was not told, finds what is named, and refuses
 * what does not fit together. It must not know how anything was sent, nor change anything.
 */
import {
  faultOfWhole,
  isRefusal,
  nouns,
  refuse,
  type CloudNode,
  type Device,
  type NounName,
  type Nouns,
  type Refusal,
  type Written,
  type WrittenField,
  type WrittenKind,
} from "@doorstream/contract"
import { findByWord } from "./naming.js"
import type { Registry, SystemId } from "./ports.js"
import { isWithinItsNode } from "./shelves.js"

type Asked = Pick<Registry, "find" | "findNamed">

/** What is not written by anybody: the id, when it was made, where it stands. */
export type Given = Readonly<Record<string, unknown>> & { readonly id: string }

/** How much of an object was written: all that there is to write of it, or only what is to change. */
export type Extent = "whole" | "part"

/** Credentials are found in their holders, and no field names one. */
const isCredential = (noun: NounName): noun is "credential" => noun === "credential"

interface Place {
  readonly registry: Asked
  readonly system: SystemId
}

/** What a value names, by its id; anything else as it is. */
function resolve(kind: WrittenKind, value: unknown, path: string, place: Place): unknown {
  if (kind.is === "list") {
    const items = (value as unknown[]).map((item, at) => resolve(kind.of, item, `${path}.${at}`, place))
    return items.find((item) => isRefused(item)) ?? [...new Set(items)]
  }
  if (kind.is !== "reference" || isCredential(kind.to)) return value
  const word = value as string
  return (
    findByWord(place.registry, kind.to, place.system, word)?.id ??
    refuse("reference_unknown", `${path} names ${word}.`)
  )
}

const isRefused = (value: unknown): value is Refusal =>
  typeof value === "object" && value !== null && isRefusal(value)

/** A field's value to be; undefined where there is none. What is never shown stays unless it is named. */
function valueOf(
  field: WrittenField,
  key: string,
  told: unknown,
  before: unknown,
  extent: Extent,
  place: Place,
) {
  const stays = extent === "part" || field.writeOnly === true
  if (told === undefined && stays && before !== undefined) return before
  if (told === undefined || told === null) return field.otherwise
  return resolve(field, told, key, place)
}

function faultOf(noun: NounName, value: object, before: Given, place: Place): Refusal | undefined {
  const fault = faultOfWhole(noun, value)
  if (fault !== undefined) return refuse("object_invalid", `${fault.path}: ${fault.message}.`)
  if (noun === "device" && !isWithinItsNode(place.registry, place.system, value as Device))
    return refuse("reference_unknown", "connection names a controller of another cloud node.")
  if (noun !== "cloudNode") return undefined
  const isTied = place.registry.find("panel", place.system, before.id) !== undefined
  return isTied && before["serialNumber"] !== (value as CloudNode).serialNumber
    ? refuse(
        "object_invalid",
        "serialNumber: cannot change while a panel is registered; unregister it first.",
      )
    : undefined
}

/**
 * The object that comes of what was written.
 *
 * @param before the object as it is, where it is there already; fields that nobody writes stay as they are in it
 * @returns `reference_unknown` or `object_invalid`, for the first fault that is met
 */
export function writtenInto<N extends NounName>(
  noun: N,
  told: Written,
  before: Given,
  extent: Extent,
  place: Place,
): Nouns[N] | Refusal {
  const value: Record<string, unknown> = { id: before.id }
  const rest: Record<string, unknown> = { ...before }
  for (const [key, field] of Object.entries(nouns[noun])) {
    const keptAs = field.keptAs ?? key
    const made: unknown = valueOf(field, key, told[key], before[keptAs], extent, place)
    if (isRefused(made)) return made
    if (made !== undefined) value[keptAs] = made
    delete rest[keptAs]
  }
  Object.assign(value, rest)
  return faultOf(noun, value, before, place) ?? (value as unknown as Nouns[N])
}
