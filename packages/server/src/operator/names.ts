/**
 * Listeners with a name: up to where each has heard, whether it must hear, and forgotten on request. It must not know how
 * any of that is proven.
 */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { readListenerName, type ListenerName, type NamedListener } from "../core/names.js"
import { readWithin } from "../core/required.js"
import { answerRefusal, readFields } from "./answer.js"
import { note } from "./change.js"
import { asked } from "./connections.js"
import type { OperatorDeps } from "./deps.js"
import { answerPage } from "./page.js"
import { findSystem } from "./systems.js"

export function nameRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/named-listeners", (c) => {
    const there = connectedIn(deps)
    return answerPage(c, asked(c, allOf(deps)), (listener) => ({
      ...show(listener),
      connected: there.has(idOf(listener)),
      ...showRequired(deps, listener),
    }))
  })
  const path = "/systems/:system/named-listeners/:client/:name"
  app.delete(path, (c) => forget(c, deps, c.req.param()))
  app.put(`${path}/required`, (c) => requireListener(c, deps, c.req.param()))
  app.delete(`${path}/required`, (c) => unrequire(c, deps, c.req.param()))
}

/** Those that must hear may not have come yet. */
type Listed = ListenerName & Partial<NamedListener>

function allOf({ names, required }: OperatorDeps): readonly Listed[] {
  const awaited = required.list().filter((of) => names.find(of) === undefined)
  return [...names.list(), ...awaited.map(({ system, client, name }) => ({ system, client, name }))]
}

const show = ({ system, client, name, position, topics = {}, seen }: Listed) => ({
  system,
  client,
  name,
  topics: Object.keys(topics).length,
  position: position ?? null,
  seen: seen === undefined ? null : new Date(seen).toISOString(),
})

/** For how long it may be absent or behind, and since when it is for longer. */
function showRequired({ required, live }: OperatorDeps, of: ListenerName) {
  const within = required.find(of)?.within
  if (within === undefined) return { required: null, silent: null }
  const silence = live?.silenceOf?.(of)
  const silent = silence && { reason: silence.reason, since: new Date(silence.since).toISOString() }
  return { required: { within }, silent: silent ?? null }
}

const idOf = ({ system, client, name }: ListenerName): string => [system, client, name].join(" ")

const connectedIn = ({ live }: OperatorDeps): ReadonlySet<string> =>
  new Set(
    live?.connected
      .standings()
      .flatMap(({ name, ...whose }) => (name === undefined ? [] : [idOf({ ...whose, name })])),
  )

async function forget(c: Context, deps: OperatorDeps, of: ListenerName): Promise<Response> {
  const system = findSystem(deps, of.system)
  if (isRefusal(system)) return answerRefusal(c, system)
  const listener = deps.names.find(of)
  if (listener === undefined)
    return answerRefusal(c, refuse("listener_unknown", `It is ${of.name.slice(0, 100)}.`))
  if (deps.required.find(of) !== undefined) return answerRefusal(c, refuse("listener_required"))
  // It would be kept again at its next heartbeat.
  if (connectedIn(deps).has(idOf(of))) return answerRefusal(c, refuse("listener_connected"))
  await deps.names.forget(of)
  await note(c, deps, of.system, [{ what: "listener.forgotten", id: of.name }])
  return c.json(show(listener))
}

/** It need not have come yet. */
async function requireListener(c: Context, deps: OperatorDeps, of: ListenerName): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const within = readWithin(body.fields["within"])
  if (typeof within !== "number") return answerRefusal(c, within)
  const objection = objectionTo(deps, of)
  if (objection !== undefined) return answerRefusal(c, objection)
  const { system, client, name } = of
  await deps.required.require({ system, client, name, within })
  await note(c, deps, system, [{ what: "listener.required", id: name, now: { client, within } }])
  return c.json({ ...show(deps.names.find(of) ?? of), required: { within } })
}

/** A name that nobody can have would be silent for ever. */
function objectionTo(deps: OperatorDeps, { system, client, name }: ListenerName): Refusal | undefined {
  const found = findSystem(deps, system)
  if (isRefusal(found)) return found
  if (!deps.knowsClient(client)) return refuse("client_unknown", `It is ${client.slice(0, 100)}.`)
  const read = readListenerName(name)
  return isRefusal(read) ? read : undefined
}

async function unrequire(c: Context, deps: OperatorDeps, of: ListenerName): Promise<Response> {
  const system = findSystem(deps, of.system)
  if (isRefusal(system)) return answerRefusal(c, system)
  if (!(await deps.required.unrequire(of)))
    return answerRefusal(c, refuse("listener_unknown", `${of.name.slice(0, 100)} need not hear.`))
  await note(c, deps, of.system, [{ what: "listener.unrequired", id: of.name, now: { client: of.client } }])
  return c.json({ ...show(deps.names.find(of) ?? of), required: null })
}
