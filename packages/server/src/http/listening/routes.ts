/** Listening over plain HTTP: a stream of server-sent events, and events on request. PROTOCOL §20. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { isRefusal, type Refusal } from "@doorstream/contract"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import type { Context, Hono } from "hono"
import type { Later } from "../../core/allowance.js"
import type { Pulled } from "../../core/listening.js"
import type { Verified } from "../../core/ports.js"
import { answerLater, answerRefusal } from "../answer.js"
import { enterToListen } from "../bearer.js"
import type { HttpDeps } from "../deps.js"
import { asMember } from "../member.js"
import { route } from "../route.js"
import { eventStreamHeaders, refusedStream, takesEventStream } from "./event-stream.js"
import { readBounds, readReceived, subscriptionIn } from "./query.js"
import { toldOfEvents, toldOfStream } from "./told.js"

export function listeningRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/stream", { GET: (c) => answerStream(c, deps) }, { GET: toldOfStream })
  route(
    app,
    "/:systemId/events",
    { GET: (c) => asMember(c, deps, "listen", (token) => answerEvents(c, deps, token)) },
    { GET: toldOfEvents },
  )
}

/** What node knows of a request. */
interface Connection {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

const isLater = (refused: Refusal | Later): refused is Later => "retryAfter" in refused

function answerRefused(c: Context, deps: HttpDeps, refused: Refusal | Later): Response {
  if (!isLater(refused)) return answerRefusal(c, refused)
  if (!takesEventStream(c.req.header("accept"))) return answerLater(c, refused)
  deps.refused(refused.code)
  return c.body(refusedStream(refused), 200, eventStreamHeaders)
}

async function answerStream(c: Context, deps: HttpDeps): Promise<Response> {
  const token = await enterToListen(c, deps, c.req.param("systemId") ?? "")
  if (isRefusal(token)) return answerRefusal(c, token)
  // There is nothing to be streamed to whoever only asks what it would be.
  if (c.req.method === "HEAD") return c.body(null, 200, eventStreamHeaders)
  const { incoming, outgoing } = c.env as Connection
  const { after, ...asked } = subscriptionIn(c)
  // EventSource comes back to the URL that it began with: what it has heard since then counts.
  const subscription = { ...asked, after: c.req.header("last-event-id") || after }
  const refused = await deps.listen.stream({ request: incoming, over: outgoing, token, subscription }, () =>
    outgoing.writeHead(200, eventStreamHeaders),
  )
  return refused === undefined ? RESPONSE_ALREADY_SENT : answerRefused(c, deps, refused)
}

async function answerEvents(c: Context, deps: HttpDeps, token: Verified): Promise<Response> {
  const bounds = readBounds(c)
  if (isRefusal(bounds)) return answerRefusal(c, bounds)
  const told = readReceived(c)
  if (isRefusal(told)) return answerRefusal(c, told)
  const { incoming, outgoing } = c.env as Connection
  const { topics, after } = subscriptionIn(c)
  const asked = {
    request: incoming,
    over: outgoing,
    token,
    subscription: { topics, after },
    ...bounds,
    ...told,
  }
  const pulled = await deps.listen.pull(asked)
  return "cursor" in pulled ? answerPulled(c, deps, pulled) : answerRefused(c, deps, pulled)
}

/** The same address once more, to read on; a token is never in it. */
function nextAddress(c: Context, { publicUrl }: HttpDeps, cursor: string): string {
  const { pathname, searchParams } = new URL(c.req.url)
  searchParams.delete("token")
  searchParams.set("after", cursor)
  return `${publicUrl()}${pathname}?${searchParams.toString()}`
}

function answerPulled(c: Context, deps: HttpDeps, { events, cursor, gap }: Pulled): Response {
  c.header("Cache-Control", "no-store")
  if (gap !== undefined) return c.json({ ...gap, cursor }, 410)
  c.header("Link", `<${nextAddress(c, deps, cursor)}>; rel="next"`)
  const isLines = c.req.header("accept")?.toLowerCase().includes("application/x-ndjson") === true
  const text = isLines
    ? events.map((event) => `${event}\n`).join("")
    : `{"events":[${events.join(",")}],"cursor":"${cursor}"}`
  return c.body(text, 200, { "Content-Type": isLines ? "application/x-ndjson" : "application/json" })
}
