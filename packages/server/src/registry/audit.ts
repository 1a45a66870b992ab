/**
 * The audit in a data folder: a table of its own, to whose end one record after the other is written. It must not know
 * what the records tell, nor who writes them in the same transaction as what.
 */
import type { Database } from "lmdb"
import { isAskedFor, type Audit, type Audited, type AuditQuery, type AuditRecord } from "../core/audit.js"
import type { Milliseconds } from "../core/ports.js"
import { keyOf, numberOf, type RegistryFolder, type Write } from "./numbers.js"

type Table = Database<string, Uint8Array>

export interface WrittenAudit extends Audit {
  /** The next records; once they are written, `kept` must be called, and before that no others may be planned. */
  plan(audited: readonly Audited[]): { readonly writes: readonly Write[]; kept(): void }
}

/** How many records one page may look at, so that a filter that fits few does not hold the event loop. */
const mostLookedAt = 10_000

/** How many are forgotten in one transaction. */
const slice = 1000

const lastIn = (table: Table): number => {
  const [newest] = table.getKeys({ reverse: true, limit: 1 })
  return newest === undefined ? 0 : numberOf(newest)
}

const readRecord = ({ key, value }: { key: Uint8Array; value: string }): AuditRecord => ({
  number: numberOf(key),
  ...(JSON.parse(value) as Audited),
})

function* walk(table: Table, { from }: AuditQuery): Generator<AuditRecord> {
  const range =
    "before" in from
      ? { start: keyOf(Math.max(0, from.before - 1)), reverse: true }
      : { start: keyOf(from.after + 1) }
  for (const entry of table.getRange(range)) yield readRecord(entry)
}

function read(table: Table, query: AuditQuery) {
  const records: AuditRecord[] = []
  let looked = 0
  let at = 0
  for (const record of walk(table, query)) {
    if (records.length === query.most || looked === mostLookedAt) return { records, next: at }
    looked += 1
    at = record.number
    if (isAskedFor(record, query)) records.push(record)
  }
  return { records, next: null }
}

export function openAudit(folder: RegistryFolder): WrittenAudit {
  const table = folder.openTable("audit")
  let last = lastIn(table)

  const forgetSlice = async (before: Milliseconds): Promise<boolean> => {
    const old: Write[] = []
    for (const entry of table.getRange({ limit: slice })) {
      const { number, at } = readRecord(entry)
      if (at >= before || number === last) break
      old.push({ table, key: keyOf(number), value: undefined })
    }
    if (old.length > 0) await folder.write(old)
    return old.length === slice
  }
  return {
    read: (query) => read(table, query),
    plan: (audited) => ({
      writes: audited.map((each, index) => ({
        table,
        key: keyOf(last + 1 + index),
        value: JSON.stringify(each),
      })),
      kept: () => (last += audited.length),
    }),
    forget: async (before) => {
      while (await forgetSlice(before));
    },
  }
}
