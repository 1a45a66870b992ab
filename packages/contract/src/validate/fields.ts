/** Schemas made from the contract's words for values. */
import { z } from "zod"
import type { Field, FieldKind, Fields } from "../fields.js"
import { latestOccurred } from "../reports.js"

const longestText = 1024

const kinds: Readonly<Record<FieldKind, z.ZodType>> = {
  id: z.string().min(1).max(128),
  text: z.string().max(longestText),
  cardText: z.string().max(longestText),
  milliseconds: z.int().min(0).max(latestOccurred),
  isoSeconds: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  iso: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  number: z.number(),
  textList: z.array(z.string().max(longestText)),
}

const schemaOfField = ({ kind, optional }: Field): z.ZodType =>
  optional ? kinds[kind].optional() : kinds[kind]

/** As events have them. */
export const shapeOf = (fields: Fields): Record<string, z.ZodType> => shape(fields, schemaOfField)

const asText = z.int().min(0).transform(String)

/** In a report null is as good as nothing, and what is on a card may be an integer. */
const schemaOfReported = ({ kind, optional }: Field): z.ZodType => {
  const schema = kind === "cardText" ? z.union([kinds.cardText, asText]) : kinds[kind]
  return optional ? schema.nullish().transform((value) => value ?? undefined) : schema
}

/** As reports have them: what comes out is as events have it. */
export const reportedShapeOf = (fields: Fields): Record<string, z.ZodType> => shape(fields, schemaOfReported)

const shape = (fields: Fields, schemaOf: (field: Field) => z.ZodType): Record<string, z.ZodType> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, schemaOf(field)]))

export { kinds }
