/**
 * Looks for an event in a log by its id, or by that of the report that caused it: from the newest back, so much at a time.
 * It must not know who looks for it. PROTOCOL §26.
 */
import type { Log, Position, ReadBounds, Row, SystemId } from "./ports.js"

interface Where {
  readonly system: SystemId
  readonly log: Pick<Log, "read">
  /** Whether the id may be that of a report. */
  readonly byReport: boolean
  /** Lets others have their turn. */
  readonly othersTurn: () => Promise<void>
}

/** The event; or how far it was looked for, both included. */
export type Searched = { readonly row: Row } | { readonly from: Position; readonly to: Position }

const bounds: ReadBounds = { rows: 256, milliseconds: 4 }

/** What is looked for must stand in the text, before it is read. */
const isMeant = ({ reportId, text }: Row, id: string, quoted: string, byReport: boolean): boolean =>
  (byReport && reportId === id) ||
  (text.includes(quoted) && (JSON.parse(text) as { readonly id?: unknown }).id === id)

/** The rows from one position to another, both included. */
async function rowsBetween({ log, system, othersTurn }: Where, from: Position, to: Position): Promise<Row[]> {
  const between: Row[] = []
  for (let next = from; next <= to;) {
    const page = await log.read(system, next, bounds)
    if (page.rows.length === 0) break
    between.push(...page.rows.filter(({ position }) => position <= to))
    next = page.next
    await othersTurn()
  }
  return between
}

/**
 * Looks from one position back.
 *
 * @param first the oldest position that is kept
 * @param most how many positions are looked at
 */
export async function searchBack(
  id: string,
  where: Where,
  { to, first, most }: { readonly to: Position; readonly first: Position; readonly most: number },
): Promise<Searched> {
  const quoted = JSON.stringify(id)
  const least = Math.max(first, to - most + 1)
  for (let end = to; end >= least;) {
    const from = Math.max(least, end - bounds.rows + 1)
    const rows = await rowsBetween(where, from, end)
    const row = rows.findLast((each) => isMeant(each, id, quoted, where.byReport))
    if (row !== undefined) return { row }
    end = from - 1
  }
  return { from: least, to }
}
