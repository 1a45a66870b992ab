/** A replay of the past over REST: it is read, and tokens are to be had; whatever would change something is refused. */
import { refuse } from "@doorstream/contract"
import type { Hono } from "hono"
import { answerRefusal } from "./answer.js"

const reads: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"])

/** Where tokens are requested. */
const forTokens = /^\/oauth2\/|^\/api\/systems\/[^/]+\/token/

/** To be called before there are routes. */
export const refuseChanges = (app: Hono): void =>
  void app.use((c, next) =>
    reads.has(c.req.method) || forTokens.test(c.req.path)
      ? next()
      : Promise.resolve(answerRefusal(c, refuse("replay_only"))),
  )
