/**
 * Spans for OpenTelemetry around what a report goes through: taken in, appended, delivered. Wraps the rooms' edges, so
 * that no room knows of it. Where the process has no SDK all of it is a no-op.
 */
import { isRefusal } from "@doorstream/contract"
import { context, SpanStatusCode, trace, type Attributes, type Context, type Span } from "@opentelemetry/api"
import type { AcceptReports, Log, Row } from "./core/ports.js"

const tracer = trace.getTracer("doorstream")

function within<T>(name: string, attributes: Attributes, work: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work(span)
    } catch (fault) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: String(fault) })
      throw fault
    } finally {
      span.end()
    }
  })
}

export const traceIntake =
  (accept: AcceptReports): AcceptReports =>
  (system, cloudNode, reports, by) => {
    const attributes = { "doorstream.system": system, "doorstream.reports": reports.length }
    return within("doorstream.intake", attributes, async (span) => {
      const outcome = await accept(system, cloudNode, reports, by)
      if (isRefusal(outcome)) span.setAttribute("doorstream.refused", outcome.code)
      else span.setAttribute("doorstream.reports.refused", outcome.refused.length)
      return outcome
    })
  }

/** The reports that are being appended while somebody traces, by system and id. */
const keyOf = (system: string, reportId: string): string => `${system} ${reportId}`

/** One write may hold what several asked for: the delivery belongs to the first of them, and is linked to the others. */
function deliver(system: string, rows: readonly Row[], appends: readonly Context[], work: () => void): void {
  const [first = context.active(), ...others] = appends
  const attributes = {
    "doorstream.system": system,
    "doorstream.position": rows[0]?.position ?? 0,
    "doorstream.events": rows.length,
  }
  const links = others
    .flatMap((other) => trace.getSpanContext(other) ?? [])
    .map((each) => ({ context: each }))
  const span = tracer.startSpan("doorstream.deliver", { attributes, links }, first)
  try {
    work()
  } finally {
    span.end()
  }
}

export function traceLog<L extends Log>(log: L): L {
  const appending = new Map<string, Context>()

  const append: Log["append"] = (system, entries, beside) => {
    const attributes = { "doorstream.system": system, "doorstream.entries": entries.length }
    return within("doorstream.append", attributes, async (span) => {
      if (!span.isRecording()) return log.append(system, entries, beside)
      const keys = entries.map(({ reportId }) => keyOf(system, reportId))
      for (const key of keys) appending.set(key, context.active())
      try {
        // Followers have heard when this resolves.
        return await log.append(system, entries, beside)
      } finally {
        for (const key of keys) appending.delete(key)
      }
    })
  }
  const follow: Log["follow"] = (system, heard) =>
    log.follow(system, (rows) => {
      if (appending.size === 0) return heard(rows)
      const appends = new Set(rows.flatMap(({ reportId }) => appending.get(keyOf(system, reportId)) ?? []))
      deliver(system, rows, [...appends], () => heard(rows))
    })
  return { ...log, append, follow }
}
