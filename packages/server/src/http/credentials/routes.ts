/** The credentials of a holder. */
import type { Hono } from "hono"
import type { HttpDeps } from "../deps.js"
import { nounRoutes } from "../noun.js"
import { showCredential } from "./shapes.js"

export const credentialRoutes = (app: Hono, deps: HttpDeps): void =>
  nounRoutes(app, deps, {
    noun: "credential",
    path: "/:systemId/holders/:ownerId/credentials",
    show: showCredential,
  })
