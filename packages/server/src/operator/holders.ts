/** Holders, as far as the operator has a say: they can be erased. */
import { isRefusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { eraseEverywhere } from "../core/forgetting.js"
import { findEverByWord } from "../core/naming.js"
import { erasureOf } from "../core/removal.js"
import { answerRefusal } from "./answer.js"
import { change } from "./change.js"
import type { OperatorDeps } from "./deps.js"
import { findSystem } from "./systems.js"

export function holderRoutes(app: Hono, deps: OperatorDeps): void {
  app.post("/systems/:systemId/holders/:holder/erase", (c) =>
    eraseHolder(c, deps, c.req.param("systemId"), c.req.param("holder")),
  )
}

/** @param holder an id, or an externalId */
async function eraseHolder(c: Context, deps: OperatorDeps, systemId: string, holder: string) {
  const { registry } = deps
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return answerRefusal(c, system)
  const erased = await eraseEverywhere(deps, systemId, holder, (beside) =>
    change(
      c,
      deps,
      systemId,
      () => {
        const id = findEverByWord(registry, "holder", systemId, holder)?.id ?? holder
        const changes = erasureOf(registry, systemId, id)
        return isRefusal(changes) ? changes : { changes, answer: { id } }
      },
      beside,
    ),
  )
  return isRefusal(erased) ? answerRefusal(c, erased) : c.json(erased)
}
