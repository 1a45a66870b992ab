/**
 * The operator API: systems, API clients, who is connected, dead letters, the audit, and the server's status. The same
 * app is served over the operator socket and on the operator port, and asked directly where no server runs.
 */
import { refuse } from "@doorstream/contract"
import { Hono } from "hono"
import { bodyLimit } from "hono/body-limit"
import { answerRefusal } from "./answer.js"
import { auditRoutes } from "./audit.js"
import type { Asking } from "./author.js"
import { backupRoutes } from "./backups.js"
import { buildingRoutes } from "./building.js"
import { clientRoutes } from "./clients.js"
import { connectionRoutes } from "./connections.js"
import { deadLetterRoutes } from "./dead-letters.js"
import type { OperatorDeps } from "./deps.js"
import { holderRoutes } from "./holders.js"
import { inspectRoutes } from "./inspecting.js"
import { keyRoutes } from "./keys.js"
import { nameRoutes } from "./names.js"
import { isRedacted, isToldRedacted } from "./redacting.js"
import { statusRoutes } from "./status.js"
import { systemRoutes } from "./systems.js"
import { tokenRoutes } from "./tokens.js"

/** The largest body that is read, in bytes. */
const most = 65_536

/** That of a whole building: some hundred thousand people. */
const mostOfBuilding = 64 * 1024 * 1024

const isBuilding = (path: string): boolean => /^\/systems\/[^/]+\/building$/.test(path)

function bound(bytes: number) {
  const tooLarge = refuse("body_too_large", `The most is ${bytes} bytes.`)
  return bodyLimit({ maxSize: bytes, onError: (c) => answerRefusal(c, tooLarge) })
}

const redactedReads = refuse(
  "grant_too_narrow",
  "It is redacted: it reads, and only what is told in pseudonyms.",
)

export interface OperatorApp {
  /** @param asking who asks; the owner of the data folder unless told */
  fetch(request: Request, asking?: Asking): Response | Promise<Response>
  readonly request: Hono["request"]
}

export function operatorApp(deps: OperatorDeps): OperatorApp {
  const app = new Hono()
  const [usual, ofBuilding] = [bound(most), bound(mostOfBuilding)]
  app.use((c, next) => (isBuilding(c.req.path) ? ofBuilding : usual)(c, next))
  app.use((c, next) => {
    // What a redacted operator wrote could be read again as a pseudonym.
    const isTold = !isRedacted(c) || isToldRedacted(c)
    return isTold ? next() : Promise.resolve(answerRefusal(c, redactedReads))
  })
  systemRoutes(app, deps)
  buildingRoutes(app, deps)
  clientRoutes(app, deps)
  holderRoutes(app, deps)
  keyRoutes(app, deps)
  backupRoutes(app, deps)
  connectionRoutes(app, deps)
  nameRoutes(app, deps)
  inspectRoutes(app, deps)
  deadLetterRoutes(app, deps)
  auditRoutes(app, deps)
  tokenRoutes(app, deps)
  statusRoutes(app, deps)

  app.notFound((c) => answerRefusal(c, refuse("not_found")))
  app.onError((fault, c) => {
    deps.log(fault, `${c.req.method} ${c.req.path} for the operator`)
    return answerRefusal(c, refuse("fault"))
  })
  return app
}
