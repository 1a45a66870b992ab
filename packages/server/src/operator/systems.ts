/** Systems, made and listed by the operator. */
import { isRefusal, type System } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { house } from "../core/ports.js"
import { answerRefusal, readFields, readName } from "./answer.js"
import type { OperatorDeps } from "./deps.js"

export function systemRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/systems", (c) => c.json(deps.registry.list("system", house)))
  app.post("/systems", (c) => makeSystem(c, deps))
}

async function makeSystem(c: Context, { registry, now, freshId }: OperatorDeps): Promise<Response> {
  const body = await readFields(c)
  if (isRefusal(body)) return answerRefusal(c, body)
  const read = readName(body.fields["name"])
  if (isRefusal(read)) return answerRefusal(c, read)
  const system: System = { id: freshId(), name: read.name, created: new Date(now()).toISOString() }
  await registry.put([{ kind: "system", system: house, value: system }])
  return c.json(system, 201)
}
