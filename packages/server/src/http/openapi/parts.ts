/** What the whole document names again and again: headers, parameters, ways to show who asks. It must not know any route. */
import type { JsonSchema } from "@doorstream/contract/validate"

export const schemaAt = (name: string): string => `#/components/schemas/${name}`

const header = (description: string, type: "string" | "integer" = "string") => ({
  description,
  schema: { type },
})

export const headers = {
  ETag: header("The version of what is shown."),
  Location: header("The address of what was made."),
  Link: header("The first, previous, next and last page (RFC 8288)."),
  "X-Total-Count": header("How many there are on all pages.", "integer"),
  "X-RateLimit-Limit": header("How many requests an API client may make at once.", "integer"),
  "X-RateLimit-Remaining": header("How many are left of them.", "integer"),
  "X-RateLimit-Reset": header("When all of them are there again, in seconds since 1970.", "integer"),
  "Retry-After": header("After how many seconds it may pass.", "integer"),
  "WWW-Authenticate": header("What is asked for, and what is wrong with what was shown."),
} as const

export type HeaderName = keyof typeof headers

export const headersNamed = (names: readonly HeaderName[]): object =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

const query = (name: string, description: string, schema: JsonSchema) => ({
  name,
  in: "query",
  description,
  schema,
})

const inHeader = (name: string, description: string) => ({
  name,
  in: "header",
  description,
  schema: { type: "string" } as JsonSchema,
})

const named = "Ids or externalIds, with commas between, or each in a parameter of its own."

export const parameters = {
  page: query("page", "The page, counted from 0.", {
    type: "integer",
    minimum: 0,
    maximum: 999_999_999,
    default: 0,
  }),
  per_page: query("per_page", "How many there are on a page.", {
    type: "integer",
    minimum: 1,
    maximum: 100,
    default: 10,
  }),
  topics: {
    ...query("topics", "What is to be heard, with commas between; `device.*` and `*` are understood.", {
      type: "string",
      minLength: 1,
      examples: ["device.request.allowed,device.alarm.*"],
    }),
    required: true,
  },
  after: query(
    "after",
    "Where to begin: after a cursor, at the `earliest` event that is kept, at `time:` and milliseconds since 1970, or with the `last:` and so many. Where nothing is told: with what is new.",
    { type: "string" },
  ),
  every: query("every", "How often `stream.position` is told, in milliseconds.", {
    type: "integer",
    minimum: 100,
    maximum: 3_600_000,
    default: 10_000,
  }),
  ahead: query(
    "ahead",
    "How long before the token's expiry `stream.token.expiring` tells of it, in milliseconds; a fifth of a token's usual life unless told, and a minute at most then.",
    { type: "integer", minimum: 100, maximum: 3_600_000 },
  ),
  limit: query("limit", "The most events that are answered.", {
    type: "integer",
    minimum: 1,
    maximum: 1000,
    default: 100,
  }),
  wait: query("wait", "How long to wait for an event where there is none yet, in seconds.", {
    type: "integer",
    minimum: 0,
    maximum: 60,
    default: 0,
  }),
  received: query("received", "Whether to tell of each event when the server received it.", {
    type: "boolean",
    default: false,
  }),
  device: query("device", `Only what is about one of these devices. ${named}`, {
    type: "string",
    minLength: 1,
  }),
  cloudNode: query("cloudNode", `Only what is about one of these cloud nodes. ${named}`, {
    type: "string",
    minLength: 1,
  }),
  holder: query("holder", `Only what is about one of these holders. ${named}`, {
    type: "string",
    minLength: 1,
  }),
  state: query("state", "Whether the stream begins with the state, as `stream.state`.", {
    type: "boolean",
    default: false,
  }),
  token: query("token", "The system token, where it is not sent as a Bearer token.", { type: "string" }),
  lastEventId: inHeader(
    "Last-Event-ID",
    "The cursor of the event that was heard last. It counts before `after`.",
  ),
  erase: query("erase", "Whether nothing personal is to be left of them.", {
    type: "boolean",
    default: false,
  }),
  ifMatch: inHeader("If-Match", "Changes nothing unless the object has one of these versions."),
  ifNoneMatch: inHeader("If-None-Match", "Answers 304 where the object still has one of these versions."),
} as const

export type ParameterName = keyof typeof parameters

export const parameterNamed = (name: ParameterName): object => ({ $ref: `#/components/parameters/${name}` })

/** @param publicUrl without a slash at its end */
export const securitySchemes = (publicUrl: string) => ({
  clientSecret: {
    type: "http",
    scheme: "basic",
    description: "The id and secret of an API client, each form encoded.",
  },
  clientToken: {
    type: "oauth2",
    description: "An API client's id token, as a Bearer token.",
    flows: { clientCredentials: { tokenUrl: `${publicUrl}/oauth2/token`, scopes: {} } },
  },
  systemToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "A token for one system, with the scopes of its API client: listen, report, manage, command.",
  },
})
