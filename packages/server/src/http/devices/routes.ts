/** The devices behind a cloud node: doors, gates, readers. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showDevice } from "./shapes.js"

export const deviceRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, {
    noun: "device",
    path: "/:systemId/cloud-nodes/:ownerId/devices",
    show: showDevice,
  })
