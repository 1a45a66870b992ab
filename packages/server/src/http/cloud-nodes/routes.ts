/** The cloud nodes of a system. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showCloudNode } from "./shapes.js"

export const cloudNodeRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, { noun: "cloudNode", path: "/:systemId/cloud-nodes", show: showCloudNode })
