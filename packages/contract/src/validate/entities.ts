/**
 * Reads what is to be written into a registry, or says what is wrong with each field. Schemas are made from the table
 * of nouns: strict ones, in which a field that is not there is a fault. It must not know where the values came from.
 */
import { z } from "zod"
import { refuse, type Refusal } from "../refusals.js"
import type { NounName, Written, WrittenField } from "../nouns/field.js"
import { nounNames, nouns } from "../nouns/index.js"
import type { Fault } from "../nouns/whole.js"
import { schemaOfWritten } from "./written.js"

/** A field is described where it stands, so that documents made from the schema tell what it is for. */
function inCreation(field: WrittenField): z.ZodType {
  const schema = schemaOfWritten(field)
  const { means: description, otherwise } = field
  if (field.required === true) return schema.meta({ description })
  const meta = otherwise === undefined ? { description } : { description, default: otherwise }
  return schema.nullable().optional().meta(meta)
}

function inChange(field: WrittenField): z.ZodType {
  const schema = schemaOfWritten(field)
  return (field.required === true ? schema : schema.nullable()).optional().meta({ description: field.means })
}

function schemasOf(schemaOf: (field: WrittenField) => z.ZodType) {
  const shapes = nounNames.map((noun) => {
    const entries = Object.entries(nouns[noun]).map(([key, field]) => [key, schemaOf(field)] as const)
    return [noun, z.strictObject(Object.fromEntries(entries))] as const
  })
  return Object.fromEntries(shapes) as Record<NounName, z.ZodObject<Record<string, z.ZodType>>>
}

/** What makes a new object of each noun, or takes the place of all that was written of an old one. */
export const creations = schemasOf(inCreation)

/** What changes an object of each noun: the fields that are told, and no others (RFC 7396). */
export const changes = schemasOf(inChange)

/** How many faults one refusal tells. */
const mostTold = 10

const pathOf = (path: readonly PropertyKey[], ...more: readonly string[]): string =>
  [...path, ...more].map(String).join(".")

/** Every fault, in the order of the table; a field that is not there after those that are. */
export function faultsOf({ issues }: z.ZodError): readonly Fault[] {
  return issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          path: pathOf(issue.path, key),
          message: "is no field that can be written",
        }))
      : [{ path: pathOf(issue.path), message: issue.message }],
  )
}

/** @returns `object_invalid`, which names each field that is to be mended */
export function refuseFaults(faults: readonly Fault[]): Refusal {
  const told = faults.slice(0, mostTold).map(({ path, message }) => `${path}: ${message}.`)
  if (faults.length > mostTold) told.push(`There are ${faults.length - mostTold} faults more.`)
  return refuse("object_invalid", told.join(" "))
}

/** Reads one object by its schema, or refuses it `object_invalid`. */
export function readWritten(schema: z.ZodType, value: unknown): Written | Refusal {
  if (Array.isArray(value))
    return refuse("object_invalid", "It is an array: send one object in each request.")
  if (typeof value !== "object" || value === null) return refuse("object_invalid", "It is no object.")
  const read = schema.safeParse(value)
  return read.success ? (read.data as Written) : refuseFaults(faultsOf(read.error))
}
