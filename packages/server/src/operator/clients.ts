/** API clients, made and listed by the operator. A secret is answered once, when its client is made. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { house, scopes, type ApiClient, type Registry, type Scope, type SystemId } from "../core/ports.js"
import { answerRefusal, readFields, readName, type Fields } from "./answer.js"
import type { OperatorDeps } from "./deps.js"

/** What a client may do unless more is asked for: nothing that changes anything. */
const scopesUnlessTold: readonly Scope[] = ["listen"]

export function clientRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/clients", (c) => c.json(deps.registry.list("client", house).map(showClient)))
  app.post("/clients", (c) => makeClient(c, deps))
}

/** Never the hash. */
const showClient = (client: ApiClient) => ({
  id: client.id,
  name: client.name,
  systems: client.systems,
  scopes: client.scopes,
  created: client.created,
})

async function makeClient(c: Context, deps: OperatorDeps): Promise<Response> {
  const { registry, now, freshId, newSecret } = deps
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const wish = readWish(body.fields, registry)
  if (isRefusal(wish)) return answerRefusal(c, wish)
  const { secret, secretHash } = newSecret()
  const client: ApiClient = { id: freshId(), ...wish, secretHash, created: new Date(now()).toISOString() }
  await registry.put([{ kind: "client", system: house, value: client }])
  return c.json({ ...showClient(client), secret }, 201)
}

type Wish = Pick<ApiClient, "name" | "systems" | "scopes">

function readWish(fields: Fields, registry: Registry): Wish | Refusal {
  const read = readName(fields["name"])
  if (isRefusal(read)) return read
  const systems = readSystems(fields["systems"], registry)
  if (isRefusal(systems)) return systems
  const granted = readScopes(fields["scopes"])
  return isRefusal(granted) ? granted : { name: read.name, systems, scopes: granted }
}

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((each) => typeof each === "string")

function readSystems(value: unknown, registry: Registry): readonly SystemId[] | Refusal {
  if (!isTextList(value)) return refuse("request_invalid", "systems is a list of at least one system's id.")
  const unknown = value.find((id) => registry.find("system", house, id) === undefined)
  return unknown === undefined ? [...new Set(value)] : refuse("system_unknown", `It is ${unknown}.`)
}

function readScopes(value: unknown): readonly Scope[] | Refusal {
  if (value === undefined) return scopesUnlessTold
  const isScope = (word: string): word is Scope => (scopes as readonly string[]).includes(word)
  return isTextList(value) && value.every(isScope)
    ? scopes.filter((scope) => value.includes(scope))
    : refuse("request_invalid", `scopes is a list of at least one of ${scopes.join(", ")}.`)
}
