/**
 * Where an event is in a log, what it came from, and who has heard it. It must not know how that is judged, nor how a log is
 * kept. PROTOCOL §26.
 */
import {
  isRefusal,
  redactedEvent,
  refuse,
  subjectOf,
  type Refusal,
  type Scramble,
} from "@doorstream/contract"
import type { Context, Hono } from "hono"
import { readCursor, startAtCursor, writeCursor } from "../core/cursor.js"
import { judgeAway, judgeHearing, type Hearing, type Judged } from "../core/inspecting.js"
import type { NamedListener } from "../core/names.js"
import type { Extent, Log, Position, Row } from "../core/ports.js"
import { searchBack, type Searched } from "../core/searching.js"
import { answerRefusal } from "./answer.js"
import type { OperatorDeps } from "./deps.js"
import { readNumber } from "./page.js"
import { scrambleOf } from "./redacting.js"
import { findSystem } from "./systems.js"

export function inspectRoutes(app: Hono, deps: OperatorDeps): void {
  app.get("/systems/:system/inspect/:word", async (c) => {
    const { system, word } = c.req.param()
    const found = findSystem(deps, system)
    if (isRefusal(found)) return answerRefusal(c, found)
    const extent = await deps.past.extent(system)
    const where = { ...deps, system, extent, scramble: scrambleOf(c, system) }
    const searched = await find(c, where, word)
    if (isRefusal(searched)) return answerRefusal(c, searched)
    if (!("row" in searched)) return c.json({ ...searched, next: searched.from - 1 }, 202)
    return c.json(await show(searched.row, where))
  })
}

interface Where extends Pick<OperatorDeps, "past" | "names" | "live" | "registry"> {
  readonly system: string
  readonly extent: Extent
  /** What is personal is told by pseudonyms that this makes. */
  readonly scramble?: Scramble | undefined
}

/** How many positions one request looks at. */
const atOnce = 5_000

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const oneRow: Parameters<Log["read"]>[2] = { rows: 1, milliseconds: 4 }

async function rowAt({ past, system }: Where, position: Position): Promise<Row | undefined> {
  const { rows } = await past.read(system, position, oneRow)
  return rows.find((row) => row.position === position)
}

/** What looks like a cursor is one; everything else is an id. */
async function find(c: Context, where: Where, word: string): Promise<Searched | Refusal> {
  const cursor = readCursor(word)
  if (!isRefusal(cursor)) return findAt(cursor, where)
  if (/^\d+\.[^.]*\.[^.]*$/.test(word)) return cursor
  const { first, last } = where.extent
  const to = readNumber(c, "before", last, [0, Number.MAX_SAFE_INTEGER])
  if (isRefusal(to)) return to
  const searched = await searchBack(
    word,
    { system: where.system, log: where.past, byReport: where.scramble === undefined, othersTurn },
    { to: Math.min(to.number, last), first, most: atOnce },
  )
  const isOver = !("row" in searched) && searched.from <= first
  return isOver ? refuse("event_unknown", `It is ${word.slice(0, 128)}.`) : searched
}

async function findAt(
  cursor: { readonly epoch: string; readonly position: Position },
  where: Where,
): Promise<Searched | Refusal> {
  const { extent } = where
  if (cursor.epoch !== extent.epoch) return refuse("cursor_of_another_log")
  const start = startAtCursor(cursor, extent)
  if (isRefusal(start)) return start
  const row = await rowAt(where, cursor.position)
  if (row !== undefined) return { row }
  return cursor.position === 0
    ? refuse("event_unknown", "The cursor stands before the first event.")
    : refuse("event_gone", `The log begins at position ${extent.first}.`)
}

const timeOf = (time: number): string => new Date(time).toISOString()

const eventOf = ({ text }: Row): object | null => (text === "" ? null : (JSON.parse(text) as object))

interface Sentence {
  readonly topic?: unknown
  readonly occurred?: unknown
}

/** Whether the second is the sentence that was appended with the first. */
function isBeside(row: Row | undefined, sentence: Row | undefined): boolean {
  if (row === undefined || sentence?.topic !== "liveEvent" || row.topic === "liveEvent") return false
  const { topic, occurred } = (eventOf(sentence) ?? {}) as Sentence
  return (
    sentence.reportId === "" &&
    sentence.received === row.received &&
    topic === row.topic &&
    occurred === ((eventOf(row) ?? {}) as Sentence).occurred
  )
}

/** The sentence beside an event, and the event beside a sentence. */
async function besideOf(where: Where, row: Row): Promise<Row | undefined> {
  const isSentence = row.topic === "liveEvent"
  const other = await rowAt(where, row.position + (isSentence ? -1 : 1))
  const is = isSentence ? isBeside(other, row) : isBeside(row, other)
  return is ? other : undefined
}

function cloudNodeOf({ registry, system }: Where, row: Row) {
  const event = eventOf(row)
  if (event === null) return null
  const { cloudNode, serialNumber } = subjectOf(row.topic, event)
  const node =
    cloudNode === undefined
      ? registry.list("cloudNode", system).find((each) => each.serialNumber === serialNumber)
      : registry.findEver("cloudNode", system, cloudNode)
  return node === undefined
    ? { id: cloudNode ?? null, serialNumber: serialNumber ?? null, name: null }
    : { id: node.id, serialNumber: node.serialNumber, name: node.name }
}

/** The event as whoever asks may be told it. */
function shownOf(row: Row, { scramble }: Where): object | null {
  const event = eventOf(row)
  return event === null || scramble === undefined ? event : redactedEvent(row.topic, event, scramble)
}

const showEvent = (row: Row, where: Where) => ({
  cursor: writeCursor({ epoch: where.extent.epoch, position: row.position }),
  position: row.position,
  topic: row.topic,
  event: shownOf(row, where),
})

/** Whoever reports chooses it, and may have chosen anything. */
const reportIdOf = (row: Row, beside: Row | undefined, { scramble }: Where): string | null =>
  scramble === undefined ? (row.topic === "liveEvent" ? beside?.reportId : row.reportId) || null : null

const showHearing = ({ since, ended, topics, ...hearing }: Hearing, judged: Judged) => ({
  is: ended === null ? "connected" : "gone",
  connection: hearing.connection,
  client: hearing.client,
  name: hearing.name ?? null,
  address: hearing.address,
  transport: hearing.transport,
  since: timeOf(since),
  ended: ended === null ? null : timeOf(ended),
  topics: topics.size,
  from: topics.size === 0 ? null : Math.min(...topics.values()) + 1,
  to: hearing.sentTo,
  ...judged,
})

const showAway = (named: NamedListener, judged: Judged) => ({
  is: "away",
  connection: null,
  client: named.client,
  name: named.name,
  address: null,
  transport: null,
  since: null,
  ended: timeOf(named.seen),
  topics: Object.keys(named.topics).length,
  from: null,
  to: named.position,
  ...judged,
})

/** Those who are there first, then those who have a name and are away, then those who are gone, the last of them first. */
function listenersOf({ live, names, system, extent }: Where, row: Row): readonly object[] {
  const there = live?.connected.hearings(system) ?? []
  const isThere = ({ client, name }: NamedListener): boolean =>
    there.some((each) => each.client === client && each.name === name)
  const away = names.list().filter((named) => named.system === system && !isThere(named))
  const gone = live?.ended.of(system) ?? []
  return [
    ...there.map((each) => showHearing(each, judgeHearing(each, row))),
    ...away.map((each) => showAway(each, judgeAway(each, row, extent.epoch))),
    ...gone.toReversed().map((each) => showHearing(each, judgeHearing(each, row))),
  ]
}

async function show(row: Row, where: Where): Promise<object> {
  const { system, extent, live } = where
  const beside = await besideOf(where, row)
  return {
    system,
    ...showEvent(row, where),
    epoch: extent.epoch,
    received: timeOf(row.received),
    reportId: reportIdOf(row, beside, where),
    cloudNode: cloudNodeOf(where, row),
    beside: beside === undefined ? null : showEvent(beside, where),
    log: { first: extent.first, last: extent.last },
    // Without a server nobody knows who was connected.
    isLive: live !== undefined,
    listeners: listenersOf(where, row),
  }
}
