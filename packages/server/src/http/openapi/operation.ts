/** One method of one path, as an OpenAPI document says it. It must not know any noun. */
import type { Declared, Method, Told } from "../route.js"
import { answersOf, type Answer } from "./answers.js"
import { parameterNamed, schemaAt, type ParameterName } from "./parts.js"

export interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly object[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, Answer>>
}

/** A path with what it stands within by its name. @example pathOf("/:systemId/holders/:ownerId/credentials") */
export const pathOf = (path: string): string =>
  path
    .replace("cloud-nodes/:ownerId", "cloud-nodes/:cloudNodeId")
    .replace("holders/:ownerId", "holders/:holderId")
    .replaceAll(/:(\w+)/g, "{$1}")

const meanings: Readonly<Record<string, string>> = {
  systemId: "The id of the system.",
  cloudNodeId: "The id or externalId of the cloud node.",
  deviceId: "The id or externalId of the device.",
  holderId: "The id or externalId of the holder.",
  id: "The id or externalId of the object.",
}

const namesIn = (path: string): readonly string[] => [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!)

const inPath = (name: string): object => ({
  name,
  in: "path",
  required: true,
  description: meanings[name],
  schema: { type: "string", minLength: 1 },
})

function namedParameters(method: Method, told: Told): readonly ParameterName[] {
  const version = method === "GET" ? "ifNoneMatch" : "ifMatch"
  return [
    ...(told.answers.isList === true ? (["page", "per_page"] as const) : []),
    ...(told.parameters ?? []),
    ...(told.canErase === true ? (["erase"] as const) : []),
    ...(told.isVersioned === true && method !== "POST" ? ([version] as const) : []),
  ]
}

function parametersOf(path: string, method: Method, told: Told): Pick<Operation, "parameters"> {
  const all = [...namesIn(path).map(inPath), ...namedParameters(method, told).map(parameterNamed)]
  return all.length === 0 ? {} : { parameters: all }
}

function bodyOf({ body }: Told): Pick<Operation, "requestBody"> {
  if (body === undefined) return {}
  const type = body.as === "form" ? "application/x-www-form-urlencoded" : "application/json"
  return {
    requestBody: {
      required: body.isOptional !== true,
      content: { [type]: { schema: { $ref: schemaAt(body.schema) } } },
    },
  }
}

function securityOf({ token, scope, body }: Told): Operation["security"] {
  if (body?.as === "form") return [{ clientSecret: [] }, {}]
  if (token === undefined) return []
  if (token === "client") return [{ clientToken: [] }]
  if (token === "either") return [{ clientToken: [] }, { systemToken: [] }]
  return [{ systemToken: scope === undefined ? [] : [scope] }]
}

/** Where what was made is read, changed and removed, for programs that follow links. */
function linksOf(path: string, { name, answers, isVersioned }: Told): object | undefined {
  if (answers.status !== 201 || isVersioned !== true) return undefined
  const known = namesIn(path).map((each) => [each, `$request.path.${each}`])
  const parameters = { ...Object.fromEntries(known), id: "$response.body#/id" }
  const verbs = ["read", "write", "change", "remove"]
  return Object.fromEntries(
    verbs.map((verb) => [verb, { operationId: name.replace("create", verb), parameters }]),
  )
}

function responsesOf(path: string, method: Method, told: Told): Operation["responses"] {
  const answers = answersOf(method, told)
  const links = linksOf(path, told)
  return links === undefined ? answers : { ...answers, "201": { ...answers["201"]!, links } }
}

export function operationOf({ path: pattern, method, told }: Declared): Operation {
  const path = pathOf(pattern)
  return {
    operationId: told.name,
    tags: [told.about],
    summary: told.summary,
    ...(told.more === undefined ? {} : { description: told.more }),
    security: securityOf(told),
    ...parametersOf(path, method, told),
    ...bodyOf(told),
    responses: responsesOf(path, method, told),
  }
}
