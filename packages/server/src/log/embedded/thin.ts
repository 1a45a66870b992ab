/**
 * Forgets the events of topics that are kept for a shorter time than others, before the turn of their positions. Their
 * rows stay, without the event: so positions have no holes, a report that comes again is known, and a reader can be told.
 */
import type { TopicName } from "@doorstream/contract"
import type { Milliseconds, Position, Row } from "../../core/ports.js"
import type { Ages } from "./ages.js"
import type { Folder, Write } from "./folder.js"
import { writeRecord, type SystemLog } from "./systems.js"
import { positionOf, readRow, rowKey, writeRow, type Tables } from "./tables.js"

/** The most rows that are looked at in one turn of the writer. */
const sliceRows = 1000

/** What is due. */
export interface Thinning {
  readonly ages: Ages
  /** One of the shorter ages: topics that are kept for so long or shorter are forgotten. */
  readonly age: Milliseconds
  /** What was received then or later is kept. */
  readonly before: Milliseconds
}

function* rowsFrom({ rows }: Tables, log: SystemLog, from: Position): Iterable<Row> {
  const range = { start: rowKey(log.key, from), end: rowKey(log.key, log.last + 1), limit: sliceRows }
  for (const { key, value } of rows.getRange(range)) yield readRow(positionOf(key), value)
}

function topicBefore({ rows }: Tables, log: SystemLog, position: Position): TopicName | undefined {
  const value = position > log.first ? rows.get(rowKey(log.key, position - 1)) : undefined
  return value === undefined ? undefined : readRow(position - 1, value).topic
}

/**
 * Looks at a slice of one system's log, from where it looked last. Must run in the writer's turn.
 *
 * @returns whether there may be more that is due
 */
export async function thinOldest(
  folder: Folder,
  tables: Tables,
  log: SystemLog,
  { ages, age, before }: Thinning,
): Promise<boolean> {
  const name = String(age)
  const from = Math.max(log.thinned[name] ?? 0, log.first)
  let next = from
  let beside = topicBefore(tables, log, from)
  const writes: Write[] = []
  for (const row of rowsFrom(tables, log, from)) {
    if (row.received >= before) break
    if (row.text !== "" && ages.of(row.topic, beside) <= age) {
      const value = writeRow({ ...row, text: "" })
      writes.push({ table: tables.rows, key: rowKey(log.key, row.position), value })
    }
    beside = row.topic
    next = row.position + 1
  }
  const thinned = { ...log.thinned, [name]: next }
  if (writes.length > 0) await folder.write([...writes, writeRecord(tables, log.key, { ...log, thinned })])
  log.thinned = thinned
  return next - from === sliceRows
}
