/** Listeners with a name: up to where each has heard, and forgotten on request. It must not know how that is proven. */
import { isRefusal, refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { ListenerName, NamedListener } from "../core/names.js"
import { answerRefusal } from "./answer.js"
import { note } from "./change.js"
import { asked } from "./connections.js"
import type { OperatorDeps } from "./deps.js"
import { answerPage } from "./page.js"
import { findSystem } from "./systems.js"

export function nameRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/named-listeners", (c) => {
    const there = connectedIn(deps)
    return answerPage(c, asked(c, deps.names.list()), (listener) => ({
      ...show(listener),
      connected: there.has(idOf(listener)),
    }))
  })
  app.delete("/systems/:system/named-listeners/:client/:name", (c) => forget(c, deps, c.req.param()))
}

const show = ({ system, client, name, position, topics, seen }: NamedListener) => ({
  system,
  client,
  name,
  topics: Object.keys(topics).length,
  position,
  seen: new Date(seen).toISOString(),
})

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
  // It would be kept again at its next heartbeat.
  if (connectedIn(deps).has(idOf(of))) return answerRefusal(c, refuse("listener_connected"))
  await deps.names.forget(of)
  await note(c, deps, of.system, [{ what: "listener.forgotten", id: of.name }])
  return c.json(show(listener))
}
