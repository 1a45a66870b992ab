/** Listening over plain HTTP: a stream of server-sent events, and events on request. PROTOCOL §20. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response"
import type { Context, Hono } from "hono"
import type { Later } from "../../core/allowance.js"
import type { Pulled } from "../../core/listening.js"
import type { Verified } from "../../core/ports.js"
import { answerLater, answerRefusal } from "../answer.js"
import { enterToListen } from "../bearer.js"
import type { HttpDeps } from "../deps.js"
import { etagOf, isKnown } from "../etag.js"
import { asMember } from "../member.js"
import { route } from "../route.js"
import { eventStreamHeaders, refusedStream, takesEventStream } from "./event-stream.js"
import { filterIn, readBounds, subscriptionIn } from "./query.js"
import { toldOfEvents, toldOfState, toldOfStream } from "./told.js"

export function listeningRoutes(app: Hono, deps: HttpDeps): void {
  route(app, "/:systemId/stream", { GET: (c) => answerStream(c, deps) }, { GET: toldOfStream })
  route(
    app,
    "/:systemId/events",
    { GET: (c) => asMember(c, deps, "listen", (token) => answerEvents(c, deps, token)) },
    { GET: toldOfEvents },
  )
  route(
    app,
    "/:systemId/state",
    { GET: (c) => asMember(c, deps, "listen", (token) => answerState(c, deps, token)) },
    { GET: toldOfState },
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
  const { after, state, ...asked } = subscriptionIn(c)
  const lastHeard = c.req.header("last-event-id")
  // EventSource comes back to the URL that it began with: what it has heard since then counts, and the state with it.
  const subscription = lastHeard ? { ...asked, after: lastHeard } : { ...asked, after, state }
  const refused = await deps.listen.stream({ request: incoming, over: outgoing, token, subscription }, () =>
    outgoing.writeHead(200, eventStreamHeaders),
  )
  return refused === undefined ? RESPONSE_ALREADY_SENT : answerRefused(c, deps, refused)
}

async function answerEvents(c: Context, deps: HttpDeps, token: Verified): Promise<Response> {
  const bounds = readBounds(c)
  if (isRefusal(bounds)) return answerRefusal(c, bounds)
  const { incoming, outgoing } = c.env as Connection
  const { topics, after, filter, state } = subscriptionIn(c)
  if (state !== undefined)
    return answerRefusal(c, refuse("state_invalid", "GET /{systemId}/state answers it, with a cursor."))
  const subscription = { topics, after, filter }
  const asked = { request: incoming, over: outgoing, token, subscription, ...bounds }
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

/** The version is of what is shown, but for the time at which it was. */
async function answerState(c: Context, deps: HttpDeps, token: Verified): Promise<Response> {
  const read = await deps.readState(token, filterIn(c))
  if (isRefusal(read)) return answerRefusal(c, read)
  const { time, ...shown } = read
  const text = JSON.stringify(shown)
  const etag = etagOf(text)
  c.header("ETag", etag)
  c.header("Cache-Control", "no-store")
  if (isKnown(c.req.header("if-none-match"), etag)) return c.body(null, 304)
  return c.body(`{"time":${time},${text.slice(1)}`, 200, { "Content-Type": "application/json" })
}
