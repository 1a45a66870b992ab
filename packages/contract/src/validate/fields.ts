/** Schemas made from the contract's words for values. */
import { z } from "zod"
import type { Field, FieldKind, Fields } from "../fields.js"
import { latestOccurred } from "../reports.js"

const longestText = 1024

/** Half a surrogate pair is no character: what holds one cannot be written as UTF-8, and some listeners cannot read it. */
const textUpTo = (most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text.isWellFormed(), "expected whole characters")

const kinds: Readonly<Record<FieldKind, z.ZodType>> = {
  id: textUpTo(128).min(1),
  text: textUpTo(longestText),
  cardText: textUpTo(longestText),
  milliseconds: z.int().min(0).max(latestOccurred),
  isoSeconds: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
  iso: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  number: z.number(),
  textList: z.array(textUpTo(longestText)),
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
