/** The OpenAPI 3.1 document of REST, made from what the routes tell and the contract's schemas. PROTOCOL §17. */
import { jsonSchemas, type JsonSchema } from "@doorstream/contract/validate"
import type { Declared } from "../route.js"
import { operationOf, pathOf, type Operation } from "./operation.js"
import { headers, parameters, schemaAt, securitySchemes } from "./parts.js"

/** What the document is made for. */
export interface Place {
  readonly publicUrl: string
  readonly version: string
}

export type PathItem = Readonly<Record<string, Operation>>

export interface Document {
  readonly openapi: "3.1.0"
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, PathItem>>
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>
    readonly headers: typeof headers
    readonly parameters: typeof parameters
    readonly securitySchemes: ReturnType<typeof securitySchemes>
  }
}

const description = `Everything that is said to this server over REST. Events are heard as server-sent events or on request, which stands below, and at \`/socket.io/\`, which this does not describe.

An API client requests an id token and trades it for a system token; with that it reads, manages, reports and commands. Whatever is refused is answered with a code, and with what to do about it. Every \`GET\` may be asked with \`HEAD\`; any other method than those that stand here is answered 405, with \`Allow\`.`

/** Headings, in the order in which somebody meets what is below them. */
const headings: Readonly<Record<string, string>> = {
  Tokens: "From an API client's id and secret to a token for a system.",
  Systems: "The systems that a token is good for.",
  "Cloud nodes": "What stands in a building and knows its doors.",
  Panels: "What stands for a cloud node on its link, with a key of its own.",
  Connections: "The controllers behind a cloud node.",
  Devices: "The doors, gates and readers behind a cloud node.",
  Commands: "What doors are told to do from afar.",
  Holders: "The people of a system.",
  Credentials: "The cards of a holder.",
  Groups: "Holders who are let in alike.",
  Rules: "Whom to let in where and when, and which doors stay unlocked.",
  Listening: "Events as they happen or when they are asked for, from any moment on.",
  Reports: "What happened at doors, for those who hear events.",
  "The server": "Whether it lives, and what it answers.",
}

function pathsOf(declared: readonly Declared[]): Document["paths"] {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const each of declared) {
    const path = pathOf(each.path)
    paths[path] = { ...paths[path], [each.method.toLowerCase()]: operationOf(each) }
  }
  return paths
}

export const documentOf = (declared: readonly Declared[], { publicUrl, version }: Place): Document => ({
  openapi: "3.1.0",
  info: { title: "Doorstream", version, description },
  servers: [{ url: publicUrl }],
  tags: Object.entries(headings).map(([name, means]) => ({ name, description: means })),
  paths: pathsOf(declared),
  components: {
    schemas: jsonSchemas(schemaAt),
    headers,
    parameters,
    securitySchemes: securitySchemes(publicUrl),
  },
})
