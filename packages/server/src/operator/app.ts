/**
 * The operator API: systems, API clients and the server's status, for whoever may open the data folder. The same app
 * is served over the operator socket and asked directly where no server runs.
 */
import { refuse } from "@doorstream/contract"
import { Hono } from "hono"
import { answerRefusal } from "./answer.js"
import { backupRoutes } from "./backups.js"
import { buildingRoutes } from "./building.js"
import { clientRoutes } from "./clients.js"
import type { OperatorDeps } from "./deps.js"
import { holderRoutes } from "./holders.js"
import { keyRoutes } from "./keys.js"
import { statusRoutes } from "./status.js"
import { systemRoutes } from "./systems.js"

export function operatorApp(deps: OperatorDeps): Hono {
  const app = new Hono()
  systemRoutes(app, deps)
  buildingRoutes(app, deps)
  clientRoutes(app, deps)
  holderRoutes(app, deps)
  keyRoutes(app, deps)
  backupRoutes(app, deps)
  statusRoutes(app, deps)

  app.notFound((c) => answerRefusal(c, refuse("not_found")))
  app.onError((fault, c) => {
    deps.log(fault, `${c.req.method} ${c.req.path} for the operator`)
    return answerRefusal(c, refuse("fault"))
  })
  return app
}
