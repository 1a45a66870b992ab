/** Reads a system's log in pages. Only what is flushed, and never across an `await`. */
import type { Page, Position, ReadBounds, Row } from "../../core/ports.js"
import type { SystemLog } from "./systems.js"
import { positionOf, readRow, rowKey, type Tables } from "./tables.js"

export function readPage({ rows: table }: Tables, log: SystemLog, from: Position, bounds: ReadBounds): Page {
  const start = Math.max(from, log.first)
  const until = performance.now() + bounds.milliseconds
  const rows: Row[] = []
  if (start <= log.last) {
    for (const { key, value } of table.getRange({
      start: rowKey(log.key, start),
      end: rowKey(log.key, log.last + 1),
      limit: Math.max(bounds.rows, 1),
    })) {
      rows.push(readRow(positionOf(key), value))
      if (performance.now() >= until) break
    }
  }
  return { rows, next: start + rows.length, first: log.first }
}
