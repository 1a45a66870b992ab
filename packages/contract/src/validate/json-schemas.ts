/** Every schema that a document of REST names, as JSON Schema (2020-12). It must not know what the document looks like. */
import { z } from "zod"
import { nounNames } from "../nouns/index.js"
import { changes, creations } from "./entities.js"
import { shownExample, writtenExamples } from "./examples.js"
import { sentShapes } from "./sent.js"
import { otherShapes, shownNouns, titleOf } from "./shown.js"

export type JsonSchema = Readonly<Record<string, unknown>>

interface Named {
  readonly name: string
  readonly schema: z.ZodType
  readonly example?: unknown
}

const ofNouns: readonly Named[] = nounNames.flatMap((noun) => {
  const title = titleOf(noun)
  const example = writtenExamples[noun]
  return [
    { name: title, schema: shownNouns[noun], example: shownExample(noun) },
    { name: `${title}Creation`, schema: creations[noun], example },
    { name: `${title}Change`, schema: changes[noun], example: { externalId: "another-name" } },
  ]
})

const others: readonly Named[] = Object.entries({ ...otherShapes, ...sentShapes }).map(([name, schema]) => ({
  name,
  schema,
}))

/** JSON in UTF-8 cannot hold what this excludes, and not every reader of schemas can read it. */
const withoutHalves = (pattern: string): string => pattern.replace(String.raw`\ud800-\udfff`, "")

/** Bounds that zod gives to every whole number say nothing of this one; what a date is, its format says, and what is taken as a mail address, its pattern. */
const isNoise = (key: string, value: unknown, { format }: JsonSchema): boolean =>
  key === "$schema" ||
  key === "$id" ||
  (key === "maximum" && value === Number.MAX_SAFE_INTEGER) ||
  (key === "minimum" && value === Number.MIN_SAFE_INTEGER) ||
  (key === "pattern" && typeof format === "string" && format.startsWith("date")) ||
  (key === "format" && value === "email")

function plain(schema: JsonSchema): JsonSchema {
  function keep(this: JsonSchema, key: string, value: unknown): unknown {
    if (isNoise(key, value, this)) return undefined
    return key === "pattern" && typeof value === "string" ? withoutHalves(value) : value
  }
  return JSON.parse(JSON.stringify(schema, keep)) as JsonSchema
}

/**
 * The schemas by name: each noun as it is shown, made and changed, and whatever else is sent and answered.
 *
 * @param uri where a schema stands in the document, by its name
 */
export function jsonSchemas(uri: (name: string) => string): Readonly<Record<string, JsonSchema>> {
  const registry = z.registry<{ id: string }>()
  for (const { name, schema } of [...ofNouns, ...others]) registry.add(schema, { id: name })
  const { schemas } = z.toJSONSchema(registry, { uri, io: "input", unrepresentable: "any" })
  const withExamples = [...ofNouns, ...others].map(({ name, example }) => {
    const schema = plain(schemas[name] as unknown as JsonSchema)
    return [name, example === undefined ? schema : { ...schema, examples: [example] }] as const
  })
  return Object.fromEntries(withExamples)
}
