/** Who changed or commanded what, for the operator to read. It must not know how it is kept. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context, Hono } from "hono"
import type { AuditQuery, AuditRecord } from "../core/audit.js"
import { answerRefusal } from "./answer.js"
import { house } from "../core/ports.js"
import type { OperatorDeps } from "./deps.js"
import { readMost, readNumber } from "./page.js"
import { isRedacted, redactedRecord, scrambleOf } from "./redacting.js"

export function auditRoutes(app: Hono, { audit }: OperatorDeps): void {
  app.get("/audit", (c) => {
    const query = readQuery(c)
    if (isRefusal(query)) return answerRefusal(c, query)
    const { records, next } = audit.read(query)
    return c.json({ records: records.map((record) => showRecord(toldTo(c, record))), next })
  })
}

function toldTo(c: Context, record: AuditRecord): AuditRecord {
  const scramble = scrambleOf(c, record.system ?? house)
  return scramble === undefined ? record : redactedRecord(record, scramble)
}

const showRecord = ({ number, at, ...record }: AuditRecord) => ({
  number,
  at: new Date(at).toISOString(),
  ...record,
})

/** Reads a moment: ISO 8601, such as 2026-01-31 or 2026-01-31T12:00:00Z. */
function readTime(c: Context, name: string): { time: number | undefined } | Refusal {
  const text = c.req.query(name)
  if (text === undefined) return { time: undefined }
  const time = /^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : NaN
  return Number.isNaN(time)
    ? refuse("request_invalid", `${name} is a time such as 2026-01-31T12:00:00Z.`)
    : { time }
}

/** `after` reads on towards the newest; else it is read from the newest, or from `before`, towards the oldest. */
function readQuery(c: Context): AuditQuery | Refusal {
  const { system, who, what, after } = c.req.query()
  if (who !== undefined && isRedacted(c))
    return refuse("grant_too_narrow", "It is redacted: who did it is not told.")
  const numbers = [0, Number.MAX_SAFE_INTEGER] as const
  const from = readNumber(c, after === undefined ? "before" : "after", numbers[1], numbers)
  if (isRefusal(from)) return from
  const most = readMost(c)
  if (isRefusal(most)) return most
  const since = readTime(c, "since")
  if (isRefusal(since)) return since
  const until = readTime(c, "until")
  if (isRefusal(until)) return until
  return {
    system,
    who,
    what,
    since: since.time,
    until: until.time,
    from: after === undefined ? { before: from.number } : { after: from.number },
    most: most.number,
  }
}
