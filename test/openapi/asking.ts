/** Asks a running server by the names in its document, and holds each answer to what the document says. */
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js"
import { expect } from "vitest"

export interface Operation {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly { readonly $ref?: string; readonly name?: string; readonly in?: string }[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, object>> }
  readonly responses: Readonly<
    Record<
      string,
      { readonly content?: Readonly<Record<string, { readonly schema: object }>>; readonly headers?: object }
    >
  >
}

export interface Route {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

/** Nothing is answered that the document does not name; it leaves room for more only as to those who read it. */
const closed = (_: string, value: unknown): unknown =>
  typeof value === "object" && value !== null && "properties" in value && "type" in value
    ? { additionalProperties: false, ...value }
    : value

export const routesIn = ({ paths }: Document): readonly Route[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  )

/** Makes a validator of each schema that an answer has, by what stands in the document. */
export function openSchemas(document: Document): (schema: object) => ValidateFunction {
  const { components } = JSON.parse(JSON.stringify({ components: document.components }, closed)) as Document
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
  ajv.addSchema({ $id: "document:", components })
  const made = new Map<string, ValidateFunction>()
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"#/', '"document:#/')
    const known = made.get(text) ?? ajv.compile(JSON.parse(text) as object)
    made.set(text, known)
    return known
  }
}

/** Holds one answer to what its operation says; its body, where that is JSON. */
export async function hold(
  validatorOf: (schema: object) => ValidateFunction,
  { operation, method }: Route,
  response: Response,
): Promise<unknown> {
  const text = await response.text()
  const what = `${operation.operationId}: ${response.status} ${text.slice(0, 300)}`
  const declared = operation.responses[String(response.status)]
  expect(declared, what).toBeDefined()
  const { content = {}, headers = {} } = declared!
  for (const name of ["etag", "location", "link", "x-total-count", "x-ratelimit-limit", "retry-after"])
    if (response.headers.has(name)) expect(Object.keys(headers).join().toLowerCase(), what).toContain(name)
  if (method === "HEAD" || Object.keys(content).length === 0) {
    expect(text, what).toBe("")
    return undefined
  }
  const type = response.headers.get("content-type")?.split(";")[0] ?? "none"
  expect(Object.keys(content), what).toContain(type)
  if (type !== "application/json") return text
  const value: unknown = JSON.parse(text)
  const validate = validatorOf(content[type]!.schema)
  expect(validate(value) ? [] : validate.errors, what).toEqual([])
  return value
}
