/** Holders, as far as the operator has a say: they can be erased. */
import { isRefusal, refuse } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { house } from "../core/ports.js"
import { erasureOf } from "../core/removal.js"
import { answerRefusal } from "./answer.js"
import type { OperatorDeps } from "./deps.js"

export function holderRoutes(app: Hono, deps: OperatorDeps): void {
  app.post("/systems/:systemId/holders/:holder/erase", (c) =>
    eraseHolder(c, deps, c.req.param("systemId"), c.req.param("holder")),
  )
}

/** @param holder an id, or an externalId of one who was not removed */
async function eraseHolder(c: Context, { registry }: OperatorDeps, systemId: string, holder: string) {
  if (registry.find("system", house, systemId) === undefined)
    return answerRefusal(c, refuse("system_unknown", `It is ${systemId}.`))
  const erased = await registry.change(() => {
    const id = registry.findNamed("holder", systemId, holder)?.id ?? holder
    const changes = erasureOf(registry, systemId, id)
    return isRefusal(changes) ? changes : { changes, answer: { id } }
  })
  return isRefusal(erased) ? answerRefusal(c, erased) : c.json(erased)
}
