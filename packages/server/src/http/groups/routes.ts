/** The groups of a system: holders who are let in alike. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showGroup } from "./shapes.js"

export const groupRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, { noun: "group", path: "/:systemId/groups", show: showGroup })
