/** System tokens, revoked by the operator before their time. A token itself is never sent here: its id is. */
import { refuse } from "@doorstream/contract"
import type { Hono } from "hono"
import { isTokenId } from "../core/revoked.js"
import { answerRefusal } from "./answer.js"
import { authorOf } from "./author.js"
import type { OperatorDeps } from "./deps.js"

export function tokenRoutes(app: Hono, deps: OperatorDeps): void {
  app.delete("/tokens/:id", async (c) => {
    const id = c.req.param("id")
    if (!isTokenId(id)) return answerRefusal(c, refuse("request_invalid", "The id is a token's jti."))
    await deps.revokeToken({ id, expires: null }, authorOf(c))
    return c.json({ id })
  })
}
