/** Schemas made from the contract's words for values. */
import { z } from "zod"
import type { Field, FieldKind, Fields } from "../fields.js"
import { latestOccurred } from "../reports.js"

const longestText = 1024

const kinds: Readonly<Record<FieldKind, z.ZodType>> = {
  id: z.string().min(1).max(128),
  text: z.string().max(longestText),
  milliseconds: z.int().min(0).max(latestOccurred),
  isoSeconds: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  iso: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  number: z.number(),
  textList: z.array(z.string().max(longestText)),
}

const schemaOfField = ({ kind, optional }: Field): z.ZodType =>
  optional ? kinds[kind].optional() : kinds[kind]

export const shapeOf = (fields: Fields): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, schemaOfField(field)]))

export { kinds }
