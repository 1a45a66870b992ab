/** Holders, as far as the operator has a say: they can be erased. */
import { isRefusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { KeptHolder } from "../core/ports.js"
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

/** What in a report tells of a holder. */
const wordsOf = ({ id, externalId, firstName, lastName, email, credentials }: KeptHolder): string[] =>
  [
    id,
    externalId,
    email,
    `${firstName} ${lastName}`,
    ...credentials.flatMap((card) => [card.id, card.externalId, card.cardNumber]),
  ].filter((word): word is string => typeof word === "string" && word.trim() !== "")

/** @param holder an id, or an externalId of one who was not removed */
async function eraseHolder(c: Context, deps: OperatorDeps, systemId: string, holder: string) {
  const { registry, letters } = deps
  const system = findSystem(deps, systemId)
  if (isRefusal(system)) return answerRefusal(c, system)
  const id = registry.findNamed("holder", systemId, holder)?.id ?? holder
  const told = registry.findEver("holder", systemId, id)
  const erase = (beside: readonly object[] = []) =>
    change(
      c,
      deps,
      systemId,
      () => {
        const changes = erasureOf(registry, systemId, id)
        return isRefusal(changes) ? changes : { changes, answer: { id } }
      },
      beside,
    )
  let erased: Awaited<ReturnType<typeof erase>> | undefined
  // Dead letters that tell of them lose their reports in the same write.
  if (told !== undefined)
    await letters.redact(systemId, wordsOf(told), async (beside) => (erased = await erase(beside)))
  erased ??= await erase()
  return isRefusal(erased) ? answerRefusal(c, erased) : c.json(erased)
}
