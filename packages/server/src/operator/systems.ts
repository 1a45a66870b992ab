/** Systems, made, named anew and removed by the operator. */
import { isRefusal, refuse, type Refusal, type System } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { house, type Change, type Registry } from "../core/ports.js"
import { answerRefusal, readFields, readName } from "./answer.js"
import { change } from "./change.js"
import type { OperatorDeps } from "./deps.js"
import { answerPage } from "./page.js"

export function systemRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/systems", (c) => answerPage(c, deps.registry.list("system", house), (system) => system))
  app.post("/systems", (c) => makeSystem(c, deps))
  app.get("/systems/:systemId", (c) => showSystem(c, deps, c.req.param("systemId")))
  app.patch("/systems/:systemId", (c) => renameSystem(c, deps, c.req.param("systemId")))
  app.delete("/systems/:systemId", (c) => removeSystem(c, deps, c.req.param("systemId")))
}

export const findSystem = ({ registry }: Pick<OperatorDeps, "registry">, id: string): System | Refusal =>
  registry.find("system", house, id) ?? refuse("system_unknown", `It is ${id.slice(0, 100)}.`)

async function makeSystem(c: Context, deps: OperatorDeps): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const read = readName(body.fields["name"])
  if (isRefusal(read)) return answerRefusal(c, read)
  const system = { id: deps.freshId(), name: read.name, created: new Date(deps.now()).toISOString() }
  const made = await change(c, deps, system.id, () => ({ changes: [changeTo(system)], answer: system }))
  return isRefusal(made) ? answerRefusal(c, made) : c.json(made, 201)
}

const changeTo = (value: System): Change => ({ kind: "system", system: house, value })

const counted = ["cloudNode", "connection", "device", "holder", "group", "rule"] as const

/** What a system has in it, by number. */
const countIn = (registry: Registry, system: string) =>
  Object.fromEntries(counted.map((kind) => [`${kind}s`, registry.list(kind, system).length]))

function showSystem(c: Context, deps: OperatorDeps, id: string): Response {
  const system = findSystem(deps, id)
  if (isRefusal(system)) return answerRefusal(c, system)
  return c.json({ ...system, has: countIn(deps.registry, id), deadLetters: deps.letters.standing(id).count })
}

async function renameSystem(c: Context, deps: OperatorDeps, id: string): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const read = readName(body.fields["name"])
  if (isRefusal(read)) return answerRefusal(c, read)
  const renamed = await change(c, deps, id, () => {
    const system = findSystem(deps, id)
    if (isRefusal(system)) return system
    const answer = { ...system, name: read.name }
    return { changes: [changeTo(answer)], answer }
  })
  return isRefusal(renamed) ? answerRefusal(c, renamed) : c.json(renamed)
}

/** Clients that may enter a system, without it. */
const letOut = ({ list }: Registry, id: string): Change[] =>
  list("client", house)
    .filter(({ systems }) => systems.includes(id))
    .map((client) => ({
      kind: "client",
      system: house,
      value: { ...client, systems: client.systems.filter((each) => each !== id) },
    }))

/** Whoever removes a system says its name, so that no id that was pasted wrongly takes a building along. */
async function removeSystem(c: Context, deps: OperatorDeps, id: string): Promise<Response> {
  const { registry, live } = deps
  const removed = await change(c, deps, id, () => {
    const system = findSystem(deps, id)
    if (isRefusal(system)) return system
    if (c.req.query("name") !== system.name)
      return refuse("not_confirmed", `Its name is ${JSON.stringify(system.name)}.`)
    const answer = { ...system, had: countIn(registry, id) }
    const removal: Change = { kind: "system", system: house, value: system, state: "removed" }
    return { changes: [...letOut(registry, id), removal], answer }
  })
  if (isRefusal(removed)) return answerRefusal(c, removed)
  live?.endRevoked()
  live?.sweep()
  return c.json(removed)
}
