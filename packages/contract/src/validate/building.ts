/**
 * Reads the file of a building, once its text was taken apart: whether it is one at all, with every fault and the keys
 * that lead there. What it names is looked for later. It must not know in what notation it was written.
 */
import { z } from "zod"
import type { BuildingFile } from "../building-file.js"
import type { NounName } from "../nouns/field.js"
import type { Fault } from "../nouns/whole.js"
import { creations, faultsOf } from "./entities.js"

const id = z
  .string()
  .regex(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/, "must be a UUID, as an export writes it")
  .optional()

const list = (item: z.ZodType): z.ZodType => z.array(item, "must be a list").optional()

/** An object as it stands in the file: what REST takes, and the id of one that nobody has named. */
const listed = (noun: NounName) => creations[noun].extend({ id })

/** A secret, which could not be compared with what is kept of it. */
const pin = z.never("is not for the file: PINs are set over REST").optional()

const named = (schema: z.ZodType): z.ZodType =>
  schema.refine((value) => {
    const { id: its, externalId } = (value ?? {}) as { id?: unknown; externalId?: unknown }
    return its !== undefined || typeof externalId === "string"
  }, "needs an externalId: a name of your own, by which it is known when the file is applied again")

const schema = z.strictObject(
  {
    groups: list(named(listed("group"))),
    holders: list(named(listed("holder").extend({ pin, credentials: list(listed("credential")) }))),
    cloudNodes: list(
      named(
        listed("cloudNode").extend({
          connections: list(named(listed("connection"))),
          devices: list(named(listed("device"))),
        }),
      ),
    ),
    rules: list(named(listed("rule"))),
  },
  "must have lists: groups, holders, cloudNodes, rules",
)

/** @returns what the file says, or every fault of it */
export function readBuilding(
  value: unknown,
): { readonly building: BuildingFile } | { readonly faults: readonly Fault[] } {
  // A file that has nothing in it says that there is nothing.
  const read = schema.safeParse(value ?? {})
  return read.success ? { building: read.data as BuildingFile } : { faults: faultsOf(read.error) }
}
