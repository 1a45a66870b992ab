/** The connections of a cloud node: the controllers that its doors hang on. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showConnection } from "./shapes.js"

export const connectionRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, {
    noun: "connection",
    path: "/:systemId/cloud-nodes/:ownerId/connections",
    show: showConnection,
  })
