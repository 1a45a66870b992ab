/** What a method of a path answers, as an OpenAPI document says it, by status. It must not know any route. */
import { refusals, type RefusalCode } from "@doorstream/contract"
import type { Answered, Method, Told } from "../route.js"
import { headersNamed, schemaAt, type HeaderName } from "./parts.js"
import { refusedBy } from "./refused.js"

/** One way of answering with a status, of which there may be several. */
interface Way {
  readonly status: number
  readonly what: string
  readonly type?: string
  readonly schema?: object
  /** The same in lines of text. */
  readonly orAs?: string
  readonly headers: readonly HeaderName[]
}

export interface Answer {
  readonly description: string
  readonly headers?: object
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
  readonly links?: object
}

const json = "application/json"

const reference = (name: string): object => ({ $ref: schemaAt(name) })

function headersOf(
  method: Method,
  { isVersioned, answers: { isList, isLinked, status } }: Told,
): readonly HeaderName[] {
  return [
    ...(isVersioned === true && status !== 204 ? (["ETag"] as const) : []),
    ...(method === "POST" && status === 201 && isVersioned === true ? (["Location"] as const) : []),
    ...(isList === true ? (["Link", "X-Total-Count"] as const) : []),
    ...(isLinked === true ? (["Link"] as const) : []),
  ]
}

function wayOf({ status, what, schema, isList, type, orAs }: Answered, headers: readonly HeaderName[]): Way {
  const way = { status, what, headers, ...(orAs === undefined ? {} : { orAs }) }
  if (schema === undefined) return type === undefined ? way : { ...way, type, schema: { type: "string" } }
  const one = reference(schema)
  return { ...way, type: json, schema: isList === true ? { type: "array", items: one } : one }
}

/** What is beside a refusal, by its status. */
const besides: Readonly<Partial<Record<number, readonly HeaderName[]>>> = {
  401: ["WWW-Authenticate"],
  429: ["Retry-After"],
  503: ["Retry-After"],
}

/** One way for all codes of a status. */
function refusedWay(status: number, codes: readonly RefusalCode[]): Way {
  const lines = codes.map((code) => `- \`${code}\`: ${refusals[code].means}`)
  return {
    status,
    what: lines.join("\n"),
    type: json,
    schema: { allOf: [reference("Refusal"), { properties: { code: { enum: codes } } }] },
    headers: besides[status] ?? [],
  }
}

function refusedWays(method: Method, told: Told): readonly Way[] {
  const codes = refusedBy(method, told)
  const statuses = [...new Set(codes.map((code) => refusals[code].status))]
  return statuses.map((status) =>
    refusedWay(
      status,
      codes.filter((code) => refusals[code].status === status),
    ),
  )
}

function together(ways: readonly Way[], counted: readonly HeaderName[]): Answer {
  const names = [...new Set([...ways.flatMap(({ headers }) => headers), ...counted])]
  const schemas = ways.flatMap(({ schema }) => schema ?? [])
  const { type, orAs } = ways[0]!
  const lines = orAs === undefined ? {} : { [orAs]: { schema: { type: "string" } } }
  return {
    description: ways.map(({ what }) => what).join("\n\n"),
    ...(names.length === 0 ? {} : { headers: headersNamed(names) }),
    ...(type === undefined
      ? {}
      : {
          content: { [type]: { schema: schemas.length === 1 ? schemas[0]! : { anyOf: schemas } }, ...lines },
        }),
  }
}

const rates = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"] as const

/** All answers by status; what a client may count on is first. */
export function answersOf(method: Method, told: Told): Readonly<Record<string, Answer>> {
  const known: Way = { status: 304, what: "It still has a version that is known.", headers: ["ETag"] }
  const ways = [
    wayOf(told.answers, headersOf(method, told)),
    ...(method === "GET" && told.isVersioned === true ? [known] : []),
    ...(told.also ?? []).map((also) => wayOf(also, besides[also.status] ?? [])),
    ...refusedWays(method, told),
  ]
  const counted = told.isCounted === true ? rates : []
  const statuses = [...new Set(ways.map(({ status }) => status))]
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      together(
        ways.filter((way) => way.status === status),
        counted,
      ),
    ]),
  )
}
