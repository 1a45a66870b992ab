/**
 * Forgets the oldest events, a slice at a time. An emptied log keeps its last position; a report's id is forgotten with
 * its event. Knows nothing of how much is to be kept.
 */
import type { Milliseconds, Position, Row } from "../../core/ports.js"
import type { Folder, Write } from "./folder.js"
import { writeRecord, type SystemLog } from "./systems.js"
import { idKey, readRow, rowKey, type Tables } from "./tables.js"

/** The most rows in one transaction, so that appends need not wait for long. */
const sliceRows = 1000

/**
 * Forgets a slice of the oldest events of all systems, in the order in which they were received. Must run in the
 * writer's turn.
 *
 * @param before what was received then or later is kept
 * @returns how many were forgotten
 */
export async function forgetOldest(
  folder: Folder,
  tables: Tables,
  logs: Iterable<SystemLog>,
  before: Milliseconds,
): Promise<number> {
  const fronts = [...logs].filter(({ first, last }) => first <= last).map((log) => frontOf(tables, log))
  const writes: Write[] = []
  let count = 0
  for (; count < sliceRows; count++) {
    const front = oldestOf(fronts)
    if (front === undefined || front.received >= before) break
    writes.push(...forget(tables, front))
  }
  if (count === 0) return 0
  const moved = fronts.filter(({ log, first }) => first > log.first)
  writes.push(...moved.map(({ log, first }) => writeRecord(tables, log.key, { ...log, first })))
  const moveBack = moveFirst(moved)
  await folder.write(writes).catch((fault: unknown) => {
    moveBack()
    throw fault
  })
  return count
}

/** Whoever reads must know of a row's going before it goes, or it would find rows missing without being told. */
function moveFirst(fronts: readonly Front[]): () => void {
  const before = fronts.map(({ log }) => ({ log, first: log.first, oldest: log.oldest }))
  for (const { log, first, received } of fronts) {
    log.first = first
    log.oldest = first > log.last ? undefined : received
  }
  return () => before.forEach(({ log, first, oldest }) => Object.assign(log, { first, oldest }))
}

/** Where a system's log will begin, and when the row there was received; never, when there is none. */
interface Front {
  readonly log: SystemLog
  first: Position
  received: Milliseconds
}

const nothingLeft = Infinity

function frontOf(tables: Tables, log: SystemLog): Front {
  log.oldest ??= rowAt(tables, log, log.first).received
  return { log, first: log.first, received: log.oldest }
}

const oldestOf = (fronts: readonly Front[]): Front | undefined => {
  let oldest = fronts[0]
  for (const front of fronts) if (oldest !== undefined && front.received < oldest.received) oldest = front
  return oldest
}

function forget(tables: Tables, front: Front): Write[] {
  const { log, first } = front
  const { reportId } = rowAt(tables, log, first)
  front.first = first + 1
  front.received = front.first > log.last ? nothingLeft : rowAt(tables, log, front.first).received
  const row = { table: tables.rows, key: rowKey(log.key, first), value: undefined }
  if (reportId === "") return [row]
  return [row, { table: tables.ids, key: idKey(log.key, reportId), value: undefined }]
}

function rowAt({ rows }: Tables, { key, system }: SystemLog, position: Position): Row {
  const value = rows.get(rowKey(key, position))
  if (value === undefined) throw new Error(`The log of system ${system} has no row ${position}.`)
  return readRow(position, value)
}
