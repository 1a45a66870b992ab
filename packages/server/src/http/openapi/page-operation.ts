/** One method of one path as a person reads it. */
import type { JsonSchema } from "@doorstream/contract/validate"
import type { Answer } from "./answers.js"
import type { Document } from "./document.js"
import { escape, example, line, prose, table } from "./html.js"
import type { Operation } from "./operation.js"
import { fieldsOf, typeWords } from "./page-schema.js"
import { parameters, type ParameterName } from "./parts.js"

interface Parameter {
  readonly name: string
  readonly in: string
  readonly description: string
  readonly schema: JsonSchema
}

const last = (reference: string): string => reference.slice(reference.lastIndexOf("/") + 1)

const resolve = (each: object): Parameter =>
  "$ref" in each ? parameters[last(String(each.$ref)) as ParameterName] : (each as Parameter)

const badge = (method: string): string => `<span class="method ${method}">${method.toUpperCase()}</span>`

/** Placeholders stand out of a path, and it may break after each of its parts. */
const pathText = (path: string): string =>
  escape(path)
    .replaceAll("/", "<wbr>/")
    .replaceAll(/\{(\w+)\}/g, "<var>{$1}</var>")

const entrances: Readonly<Record<string, string>> = {
  clientToken: "an API client's id token",
  systemToken: "a system token",
  clientSecret: "an API client's id and secret",
}

function whoAsks({ security }: Operation): string {
  const ways = security.flatMap((each) =>
    Object.entries(each).map(([name, scopes]) => {
      const scope =
        scopes.length === 0 ? "" : ` with the scope ${scopes.map((one) => `<code>${one}</code>`).join(" ")}`
      return `${entrances[name] ?? escape(name)}${scope}`
    }),
  )
  return `<p class="who">${ways.length === 0 ? "For everybody." : `Takes ${ways.join(" or ")}.`}</p>`
}

function parameterTable({ parameters: all = [] }: Operation): string {
  const cells = all.map(resolve).map(({ name, in: where, description, schema }) => {
    const otherwise =
      schema["default"] === undefined
        ? ""
        : ` Where nothing is told: <code>${JSON.stringify(schema["default"])}</code>.`
    return [`<code>${escape(name)}</code>`, where, typeWords(schema), line(description) + otherwise]
  })
  return cells.length === 0 ? "" : `<h4>Parameters</h4>${table(["Name", "In", "Value", "Means"], cells)}`
}

function bodySection({ requestBody }: Operation, { components }: Document): string {
  if (requestBody === undefined) return ""
  const { content } = requestBody as { content: Readonly<Record<string, { schema: JsonSchema }>> }
  const [type = "", { schema } = { schema: {} }] = Object.entries(content)[0] ?? []
  const name = typeof schema["$ref"] === "string" ? last(schema["$ref"]) : undefined
  if (name === undefined) return `<h4>Body</h4><p>Anything, or none.</p>`
  const named = components.schemas[name] ?? {}
  const examples = Array.isArray(named["examples"]) ? named["examples"].map(example).join("") : ""
  return `<h4>Body <small>${escape(type)}</small></h4>${fieldsOf(named)}${examples}`
}

const namesIn = (headers: object = {}): readonly string[] => Object.keys(headers)

/** What every answer of an operation says is told once, below all of them. */
const isOfAnswer = (header: string): boolean => !header.startsWith("X-RateLimit-")

function everyAnswer({ responses }: Operation): string {
  const all = Object.values(responses).flatMap(({ headers }) => namesIn(headers))
  return all.every(isOfAnswer)
    ? ""
    : "<p>Where requests are limited, each answer says <code>X-RateLimit-Limit</code>, <code>X-RateLimit-Remaining</code> and <code>X-RateLimit-Reset</code>, too.</p>"
}

function answerRow(status: string, { description, content, headers }: Answer): readonly string[] {
  const [type, { schema } = { schema: {} }] = Object.entries(content ?? {})[0] ?? []
  const shape =
    type === undefined ? "" : type === "application/json" ? typeWords(schema as JsonSchema) : escape(type)
  const names = namesIn(headers)
    .filter(isOfAnswer)
    .map((name) => `<code>${escape(name)}</code>`)
  return [`<strong class="s${status[0]}">${status}</strong>`, prose(description), shape, names.join(" ")]
}

export function operationSection(
  path: string,
  method: string,
  operation: Operation,
  document: Document,
): string {
  const { operationId, summary, description, responses } = operation
  const answers = Object.entries(responses).map(([status, answer]) => answerRow(status, answer))
  return `<details class="operation" id="${escape(operationId)}">
<summary>${badge(method)}<code class="path">${pathText(path)}</code><span class="summary">${line(summary)}</span></summary>
${description === undefined ? "" : prose(description)}
${whoAsks(operation)}
${parameterTable(operation)}
${bodySection(operation, document)}
<h4>Answers</h4>${table(["Status", "Means", "Shape", "Headers"], answers)}${everyAnswer(operation)}
</details>`
}
