/** REST: every noun's routes in one app, and what is answered where no route fits or something breaks. */
import { refuse } from "@doorstream/contract"
import { Hono } from "hono"
import { answerRefusal, refusalIn } from "./answer.js"
import { cloudNodeRoutes } from "./cloud-nodes/routes.js"
import { commandRoutes } from "./commands/routes.js"
import { connectionRoutes } from "./connections/routes.js"
import { credentialRoutes } from "./credentials/routes.js"
import type { HttpDeps } from "./deps.js"
import { deviceRoutes } from "./devices/routes.js"
import { discoveryRoutes } from "./discovery/routes.js"
import { groupRoutes } from "./groups/routes.js"
import { healthRoutes } from "./health/routes.js"
import { holderRoutes } from "./holders/routes.js"
import { listeningRoutes } from "./listening/routes.js"
import { openApiRoutes } from "./openapi/routes.js"
import { reportRoutes } from "./reports/routes.js"
import { homeRoutes } from "./home/routes.js"
import { panelRoutes } from "./panels/routes.js"
import { refuseChanges } from "./replay.js"
import { patternOf } from "./route.js"
import { ruleRoutes } from "./rules/routes.js"
import { systemRoutes } from "./systems/routes.js"
import { tokenRoutes } from "./tokens/routes.js"

/** Makes the app; its `fetch` is what a server hangs in. */
export function httpApp(deps: HttpDeps): Hono {
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    const refused = refusalIn(c)
    if (refused !== undefined) deps.refused(refused)
  })
  if (deps.isReplay === true) refuseChanges(app)
  homeRoutes(app, deps)
  healthRoutes(app, deps)
  discoveryRoutes(app, deps)
  tokenRoutes(app, deps)
  systemRoutes(app, deps)
  reportRoutes(app, deps)
  listeningRoutes(app, deps)
  cloudNodeRoutes(app, deps)
  panelRoutes(app, deps)
  connectionRoutes(app, deps)
  deviceRoutes(app, deps)
  commandRoutes(app, deps)
  holderRoutes(app, deps)
  credentialRoutes(app, deps)
  groupRoutes(app, deps)
  ruleRoutes(app, deps)
  openApiRoutes(app, deps)

  app.notFound((c) => answerRefusal(c, refuse("not_found")))
  app.onError((fault, c) => {
    deps.log(fault, `${c.req.method} ${patternOf(c)}`)
    return answerRefusal(c, refuse("fault"))
  })
  return app
}
