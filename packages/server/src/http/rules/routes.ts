/** The rules of a system: whom to let in where and when, and which doors stay unlocked. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showRule } from "./shapes.js"

export const ruleRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, { noun: "rule", path: "/:systemId/rules", show: showRule })
