/** The holders of a system, to be read with any token of the system. */
import { isRefusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { answerRefusal } from "../answer.js"
import { enterSystem } from "../bearer.js"
import type { HttpDeps } from "../deps.js"
import { answerPage } from "../paging.js"
import { route } from "../route.js"
import { showHolder } from "./shapes.js"

export function holderRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/holders", { GET: (c) => answerHolders(c, deps, c.req.param("systemId")) })
}

async function answerHolders(c: Context, deps: HttpDeps, systemId: string) {
  const token = await enterSystem(c, deps, systemId)
  if (isRefusal(token)) return answerRefusal(c, token)
  return answerPage(c, deps.publicUrl(), deps.registry.list("holder", systemId), showHolder)
}
