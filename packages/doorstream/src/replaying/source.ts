/**
 * A running server's past, read over plain HTTP in its log's order, a page ahead of whoever takes it. It must not know
 * what is done with it.
 */
import type { Gap, TopicName } from "@doorstream/contract"
import { readCursor, type Happened } from "@doorstream/server"
import type { Insist } from "@doorstream/simulator"
import { filterQuery } from "../filter-words.js"
import type { Place } from "../past-words.js"
import { Plight } from "../say.js"
import type { ReplayOptions } from "./read-options.js"

/** An event, and when the server had it. */
export interface PastEvent extends Happened {
  readonly received: number
}

/** What comes of one answer: events, or that some are gone. */
export type Piece = { readonly events: readonly PastEvent[] } | { readonly gap: Gap }

type Asked = Pick<ReplayOptions, "from" | "to" | "topics" | "filter">

interface Page {
  readonly events: readonly {
    readonly cursor: string
    readonly topic: TopicName
    readonly event: object
    readonly received: number
  }[]
  readonly cursor: string
}

type Answered = Page | (Gap & { readonly cursor: string })

const mostAtOnce = 1000

const positionOf = (cursor: string): { readonly epoch: string; readonly position: number } => {
  const read = readCursor(cursor)
  if ("code" in read) throw new Plight(`${read.code}: ${read.message}`)
  return read
}

/** Asks for events, or says in words why there are none. */
async function ask(insist: Insist, systemId: string, query: URLSearchParams): Promise<Answered> {
  const { status, body } = await insist("GET", `/${encodeURIComponent(systemId)}/events?${query.toString()}`)
  if (status === 200 || status === 410) return body as Answered
  const { code, message } = (body ?? {}) as { readonly code?: string; readonly message?: string }
  throw new Plight(`${code ?? status}: ${message ?? "The past cannot be read."}`)
}

const queryOf = ({ topics, filter }: Asked, more: Record<string, string>): URLSearchParams =>
  new URLSearchParams([["topics", topics.join(",")], ...filterQuery(filter), ...Object.entries(more)])

/** The end of the log as it is now. */
async function findEnd(insist: Insist, systemId: string, asked: Asked): Promise<string> {
  const { cursor } = await ask(insist, systemId, queryOf(asked, { limit: "1" }))
  return cursor
}

/** Events up to where it ends, and whether that was reached. */
function upTo(to: Place | undefined, end: string, { events, cursor }: Page) {
  const last = Math.min(...[end, to?.cursor ?? end].map((each) => positionOf(each).position))
  const until = to?.time ?? Infinity
  const over = events.findIndex((each) => each.received >= until || positionOf(each.cursor).position > last)
  const kept = over === -1 ? events : events.slice(0, over)
  const isOver = over !== -1 || positionOf(cursor).position >= last
  return {
    events: kept.map(({ topic, event, received }) => ({ topic, text: JSON.stringify(event), received })),
    isOver,
  }
}

/** Reads the past from one place to another. What comes in meanwhile is not of it. */
async function* readPast(insist: Insist, systemId: string, asked: Asked): AsyncGenerator<Piece> {
  const end = await findEnd(insist, systemId, asked)
  const { epoch } = positionOf(end)
  for (const { cursor } of [asked.from, asked.to ?? {}])
    if (cursor !== undefined && positionOf(cursor).epoch !== epoch)
      throw new Plight(`${cursor} is a cursor of another log than the one that is there.`)
  const read = (after: string): Promise<Answered> =>
    ask(insist, systemId, queryOf(asked, { after, limit: String(mostAtOnce), received: "true" }))
  let coming = read(asked.from.after)
  for (;;) {
    const answered = await coming
    if ("reason" in answered && answered.reason === "epoch")
      throw new Plight("The log was restored or wiped meanwhile: there is no going on.")
    const { events, isOver } =
      "reason" in answered ? { events: [], isOver: false } : upTo(asked.to, end, answered)
    if (!isOver) {
      coming = read(answered.cursor)
      // Whoever takes what there is may never come back for this one.
      coming.catch(() => undefined)
    }
    yield "reason" in answered ? { gap: answered } : { events }
    if (isOver) return
  }
}

/** The past, of which the beginning is here: what is wrong with what is asked for is said before anybody waits for it. */
export async function beginPast(
  insist: Insist,
  systemId: string,
  asked: Asked,
): Promise<AsyncGenerator<Piece>> {
  const past = readPast(insist, systemId, asked)
  const first = await past.next()
  return (async function* () {
    if (first.done !== true) yield first.value
    yield* past
  })()
}
