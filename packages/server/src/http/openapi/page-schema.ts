/** A JSON Schema as a person reads it: a table of fields, and words for what a value may be. It must not know any noun. */
import type { JsonSchema } from "@doorstream/contract/validate"
import { escape, example, line, table } from "./html.js"

const code = (text: string): string => `<code>${escape(text)}</code>`

const linkTo = (reference: string): string => {
  const name = escape(reference.slice(reference.lastIndexOf("/") + 1))
  return `<a href="#schema-${name}">${name}</a>`
}

const listed = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? (value as JsonSchema[]) : []

const inWords = (value: unknown): string =>
  typeof value === "string" ? value : (JSON.stringify(value) ?? "nothing")

function bounds({ minimum, maximum, minLength, maxLength, pattern, format }: JsonSchema): string {
  if (typeof format === "string") return ` (${escape(format)})`
  const [, least, most] = /\{(\d+),(\d+)\}\$$/.exec(inWords(pattern)) ?? []
  const from = minimum ?? minLength ?? least
  const to = maximum ?? maxLength ?? most
  const unit = minimum === undefined && maximum === undefined ? " characters" : ""
  if (to !== undefined) return `, ${inWords(from ?? 0)} to ${inWords(to)}${unit}`
  return from === undefined || from === 1 ? "" : `, at least ${inWords(from)}${unit}`
}

/** Types that stand for themselves. */
function plainWords(schema: JsonSchema): string {
  const types = [schema["type"]].flat().map(String)
  return types.filter((type) => type !== "null").join(" or ") + bounds(schema)
}

const isNull = ({ type }: JsonSchema): boolean => type === "null"

/** What a value may be. That null is as good as nothing is said once for all. */
export function typeWords(schema: JsonSchema): string {
  if (typeof schema["$ref"] === "string") return linkTo(schema["$ref"])
  if (schema["const"] !== undefined) return code(JSON.stringify(schema["const"]))
  if (Array.isArray(schema["enum"])) return schema["enum"].map((each) => code(String(each))).join(" ")
  const several = listed(schema["anyOf"]).filter((each) => !isNull(each))
  if (several.length > 0) return [...new Set(several.map(typeWords))].join(" or ")
  const first = listed(schema["allOf"])[0]
  if (first !== undefined) return typeWords(first)
  if (schema["type"] === "array") return `list of: ${typeWords(schema["items"] as JsonSchema)}`
  const inner = schema["properties"] as Readonly<Record<string, JsonSchema>> | undefined
  if (inner !== undefined) return `object: ${Object.keys(inner).map(code).join(" ")}`
  return schema["type"] === undefined ? "anything" : plainWords(schema)
}

function fieldRow(name: string, field: JsonSchema, isRequired: boolean): readonly string[] {
  const { description, default: otherwise } = field
  const means = typeof description === "string" ? line(description) : ""
  const unless = otherwise === undefined ? "" : ` Where nothing is told: ${code(JSON.stringify(otherwise))}.`
  const mark = isRequired ? ' <span class="must">required</span>' : ""
  return [code(name) + mark, typeWords(field), means + unless]
}

/** A table of an object's fields; one for each where it may be several. */
export function fieldsOf(schema: JsonSchema): string {
  const several = listed(schema["anyOf"])
  if (several.length > 0 && several.every(({ properties }) => properties !== undefined))
    return several.map(fieldsOf).join("<p>or</p>")
  const properties = schema["properties"] as Readonly<Record<string, JsonSchema>> | undefined
  if (properties === undefined) return `<p>${typeWords(schema)}</p>`
  const required = new Set(schema["required"] as readonly string[] | undefined)
  const fields = Object.entries(properties).map(([name, field]) => fieldRow(name, field, required.has(name)))
  return table(["Field", "Value", "Means"], fields)
}

export function schemaSection(name: string, schema: JsonSchema): string {
  const shown = listed(schema["examples"]).map(example).join("")
  // A link opens what is closed around the place that it leads to.
  return `<details class="schema"><summary>${escape(name)}</summary><div id="schema-${escape(name)}">${fieldsOf(schema)}${shown}</div></details>`
}
