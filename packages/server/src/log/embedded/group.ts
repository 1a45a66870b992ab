/**
 * Plans the write of a group of appends: which positions they get, which reports were seen before. Decides only;
 * nothing is changed by it.
 */
import type { Appended, Entry, Position, Row } from "../../core/ports.js"
import type { Write } from "./folder.js"
import type { SystemLog } from "./systems.js"
import { idKey, rowKey, writeRow, type Tables } from "./tables.js"

export interface Append {
  readonly log: SystemLog
  readonly entries: readonly Entry[]
  /** What another room of the folder writes with it. */
  readonly beside: readonly Write[]
}

export interface Group {
  readonly writes: readonly Write[]
  readonly rows: ReadonlyMap<SystemLog, readonly Row[]>
  /** One for each append, in order. */
  readonly answers: readonly Appended[][]
}

/** What of the group is already planned for one system. */
interface Planned {
  readonly rows: Row[]
  readonly ids: Map<string, Position>
}

/** The most of a group: what one commit writes without keeping the next group waiting for long. */
const mostRows = 4000
const mostCharacters = 4_000_000

/** How many of the appends that wait go into the next group: at least one, and then as many as its bounds allow. */
export function countOfGroup(pending: readonly Append[]): number {
  let rows = 0
  let characters = 0
  for (const [index, { entries }] of pending.entries()) {
    for (const { events } of entries) {
      rows += events.length
      for (const { text } of events) characters += text.length
    }
    if (index > 0 && (rows > mostRows || characters > mostCharacters)) return index
  }
  return pending.length
}

/** Plans a group. The tables must be as the group before has left them. */
export function planGroup(appends: readonly Append[], tables: Tables): Group {
  const writes: Write[] = []
  const planned = new Map<SystemLog, Planned>()
  const answers = appends.map(({ log, entries, beside }) => {
    writes.push(...beside)
    const plan = planned.get(log) ?? { rows: [], ids: new Map() }
    planned.set(log, plan)
    return entries.map((entry) => planEntry(entry, log, plan, tables, writes))
  })
  return { writes, rows: new Map([...planned].map(([log, { rows }]) => [log, rows])), answers }
}

function planEntry(entry: Entry, log: SystemLog, plan: Planned, tables: Tables, writes: Write[]): Appended {
  const { reportId, received, events } = entry
  const position = log.last + plan.rows.length + 1
  if (reportId !== "") {
    const key = idKey(log.key, reportId)
    const known = plan.ids.get(reportId) ?? tables.ids.get(key)
    if (known !== undefined) return { position: Number(known), repeated: true }
    plan.ids.set(reportId, position)
    writes.push({ table: tables.ids, key, value: String(position) })
  }
  for (const [index, { topic, text }] of events.entries()) {
    const row = { position: position + index, topic, text, received, reportId: index === 0 ? reportId : "" }
    plan.rows.push(row)
    writes.push({ table: tables.rows, key: rowKey(log.key, row.position), value: writeRow(row) })
  }
  return { position, repeated: false }
}
