/** API clients, made, changed and revoked by the operator. A secret is answered once, when its client is made. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { boundsOf, withoutBounds } from "../core/grants.js"
import { house, type ApiClient } from "../core/ports.js"
import { answerRefusal, readFields } from "./answer.js"
import { change } from "./change.js"
import type { OperatorDeps } from "./deps.js"
import { answerPage } from "./page.js"
import { redactedClient, scrambleOf } from "./redacting.js"
import { readWish } from "./wish.js"

export function clientRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/clients", (c) =>
    answerPage(c, deps.registry.list("client", house), (client) => showClient(toldTo(c, client))),
  )
  app.post("/clients", (c) => makeClient(c, deps))
  app.get("/clients/:clientId", (c) => {
    const client = findClient(deps, c.req.param("clientId"))
    return isRefusal(client) ? answerRefusal(c, client) : c.json(showClient(toldTo(c, client)))
  })
  app.patch("/clients/:clientId", (c) => changeClient(c, deps, c.req.param("clientId")))
  app.delete("/clients/:clientId", (c) => revokeClient(c, deps, c.req.param("clientId")))
}

function toldTo(c: Context, client: ApiClient): ApiClient {
  const scramble = scrambleOf(c, house)
  return scramble === undefined ? client : redactedClient(client, scramble)
}

/** Never the hash. */
const showClient = (client: ApiClient) => ({
  id: client.id,
  name: client.name,
  systems: client.systems,
  scopes: client.scopes,
  ...boundsOf(client),
  created: client.created,
})

const findClient = ({ registry }: OperatorDeps, id: string): ApiClient | Refusal =>
  registry.find("client", house, id) ?? refuse("client_unknown", `It is ${id.slice(0, 100)}.`)

async function makeClient(c: Context, deps: OperatorDeps): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const { secret, secretHash } = deps.newSecret()
  const made = await change(c, deps, undefined, () => {
    const wish = readWish(body.fields, deps.registry, { scopes: ["listen"] })
    if (isRefusal(wish)) return wish
    const created = new Date(deps.now()).toISOString()
    const value: ApiClient = { id: deps.freshId(), ...wish, secretHash, created }
    return { changes: [{ kind: "client", system: house, value }], answer: { ...showClient(value), secret } }
  })
  return isRefusal(made) ? answerRefusal(c, made) : c.json(made, 201)
}

/** What is not named stays as it is. Whoever may no longer listen hears nothing from then on. */
async function changeClient(c: Context, deps: OperatorDeps, id: string): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const changed = await change(c, deps, undefined, () => {
    const client = findClient(deps, id)
    if (isRefusal(client)) return client
    const wish = readWish(body.fields, deps.registry, client)
    if (isRefusal(wish)) return wish
    const value: ApiClient = { ...withoutBounds(client), ...wish }
    return { changes: [{ kind: "client", system: house, value }], answer: showClient(value) }
  })
  if (isRefusal(changed)) return answerRefusal(c, changed)
  deps.live?.endRevoked()
  return c.json(changed)
}

async function revokeClient(c: Context, deps: OperatorDeps, id: string): Promise<Response> {
  const revoked = await change(c, deps, undefined, () => {
    const client = findClient(deps, id)
    if (isRefusal(client)) return client
    const value: ApiClient = { ...client, secretHash: "", systems: [], scopes: [] }
    const changes = [{ kind: "client", system: house, value, state: "removed" } as const]
    return { changes, answer: { id, name: client.name } }
  })
  if (isRefusal(revoked)) return answerRefusal(c, revoked)
  deps.live?.endRevoked()
  return c.json(revoked)
}
