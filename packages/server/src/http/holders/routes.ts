/** The holders of a system. One that is removed may be erased at once. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showHolder } from "./shapes.js"

export const holderRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, { noun: "holder", path: "/:systemId/holders", show: showHolder, canErase: true })
