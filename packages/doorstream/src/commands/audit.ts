/** `doorstream audit`: who changed or commanded what, from where, and when. */
import { setTimeout as wait } from "node:timers/promises"
import { columns, plain, timeInWords } from "../columns.js"
import { operate, withQuery } from "../operate.js"
import { say, sayList, whenReaderGoes } from "../say.js"

interface AuditOptions {
  readonly system?: string
  readonly who?: string
  readonly what?: string
  readonly since?: string
  readonly until?: string
  readonly last: string
  readonly json?: true
  readonly follow?: true
}

interface AuditRecord {
  readonly number: number
  readonly at: string
  readonly by: { readonly id: string; readonly name: string; readonly from: string }
  readonly system?: string
  readonly deeds: readonly { readonly what: string; readonly id: string }[]
  readonly more?: number
}

interface Page {
  readonly records: readonly AuditRecord[]
  readonly next: number | null
}

type Query = Readonly<Record<string, string | number | undefined>>

const read = (query: Query): Promise<Page> =>
  operate<Page>("GET", withQuery("/audit", { ...query, per_page: 1000 }))

const rowOf = ({ number, at, by, system, deeds, more = 0 }: AuditRecord) => {
  const others = deeds.length - 1 + more
  const { what, id } = deeds[0] ?? { what: "-", id: "-" }
  return [number, timeInWords(at), by.name, by.from, what, id, others > 0 ? `+${others}` : "", system]
}

const head = ["NO", "AT", "WHO", "FROM", "WHAT", "ID", "ALSO", "SYSTEM"]

/** The newest that are asked for, the oldest of them first. */
async function readLast(query: Query, most: number): Promise<AuditRecord[]> {
  const records: AuditRecord[] = []
  for (let before: number | null | undefined; records.length < most && before !== null;) {
    const page: Page = await read({ ...query, before })
    records.push(...page.records)
    before = page.next
  }
  return records.slice(0, most).toReversed()
}

export async function printAudit({ last, json, follow, ...query }: AuditOptions): Promise<void> {
  const records = await readLast(query, Number(last))
  sayList(records, json, () => columns(head, records.map(rowOf)))
  if (follow) await printOn(query, records.at(-1)?.number ?? 0, json)
}

const askEvery = 1000

/** Prints what is new until the reader has had enough. */
async function printOn(query: Query, from: number, json: true | undefined): Promise<void> {
  const ending = new AbortController()
  whenReaderGoes(() => ending.abort())
  for (let after = from; !ending.signal.aborted; await wait(askEvery)) {
    const { records, next } = await read({ ...query, after })
    for (const record of records) say(json ? JSON.stringify(record) : rowOf(record).map(plain).join("  "))
    after = Math.max(after, next ?? 0, records.at(-1)?.number ?? 0)
  }
}
