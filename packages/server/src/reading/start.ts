/**
 * Finds where reading begins in a system's log, and what is to be told before the first event. It must not know who
 * reads, nor how events go out. PROTOCOL §20.
 */
import type { Refusal, TopicName } from "@doorstream/contract"
import { startAfterGap, startAtCursor, type After, type Start } from "../core/cursor.js"
import type { View } from "../core/view.js"
import type { Extent, Log, Milliseconds, Position, ReadBounds, Row, SystemId } from "../core/ports.js"

interface Where {
  readonly system: SystemId
  readonly log: Log
  /** `last` counts events of these, as far as they are shown. */
  readonly topics: Iterable<TopicName>
  readonly view: View
}

/** How far back `last` looks, in rows of the log: a rare topic must not make it read gigabytes. */
const mostLookedAt = 100_000

const pageBounds: ReadBounds = { rows: 256, milliseconds: 4 }
const oneRow: ReadBounds = { rows: 1, milliseconds: 4 }

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The first row at or after a position; undefined where there is none up to the end that is known. */
async function rowFrom({ log, system }: Where, from: Position, last: Position): Promise<Row | undefined> {
  const { rows } = await log.read(system, from, oneRow)
  const [row] = rows
  return row !== undefined && row.position <= last ? row : undefined
}

async function startAtTime(time: Milliseconds, where: Where, extent: Extent): Promise<Start> {
  const { first, last } = extent
  const oldest = await rowFrom(where, first, last)
  // Whether what is gone was earlier than that cannot be known any more, and silence would be worse.
  if (first > 1 && (oldest === undefined || oldest.received > time))
    return startAfterGap(extent, 1, "retention")
  let [earlier, later] = [first - 1, last + 1]
  while (later - earlier > 1) {
    const middle = Math.floor((earlier + later) / 2)
    const row = await rowFrom(where, middle, last)
    if (row === undefined || row.received >= time) later = middle
    else earlier = row.position
    await othersTurn()
  }
  return { position: later - 1 }
}

/** The rows from one position to another, both included. */
async function rowsBetween({ log, system }: Where, from: Position, to: Position): Promise<Row[]> {
  const between: Row[] = []
  for (let next = from; next <= to;) {
    const page = await log.read(system, next, pageBounds)
    if (page.rows.length === 0) break
    between.push(...page.rows.filter(({ position }) => position <= to))
    next = page.next
    await othersTurn()
  }
  return between
}

async function startAtLast(count: number, where: Where, { first, last }: Extent): Promise<Start> {
  const topics = new Set(where.topics)
  const lookedAt = Math.max(first, last - mostLookedAt + 1)
  let missing = count
  for (let to = last; to >= lookedAt;) {
    const from = Math.max(lookedAt, to - pageBounds.rows + 1)
    const rows = await rowsBetween(where, from, to)
    for (const row of rows.toReversed()) {
      if (row.text !== "" && topics.has(row.topic) && where.view.show(row) !== undefined) missing -= 1
      if (missing === 0) return { position: row.position - 1 }
    }
    to = from - 1
  }
  return { position: lookedAt - 1 }
}

/** Where reading begins. It goes on after that position, and a gap is to be told before anything else. */
export async function findStart(after: After, where: Where): Promise<Start | Refusal> {
  const extent = await where.log.extent(where.system)
  if (after === "earliest") return { position: extent.first - 1 }
  if ("cursor" in after) return startAtCursor(after.cursor, extent)
  return "time" in after ? startAtTime(after.time, where, extent) : startAtLast(after.last, where, extent)
}
