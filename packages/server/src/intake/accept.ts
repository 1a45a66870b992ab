/**
 * Takes in what cloud nodes report: reads each report, composes its event, and appends. The only caller of `append`.
 * It must not know how a report travelled here.
 */
import { isRefusal, refuse, type CloudNode, type Refusal } from "@doorstream/contract"
import { readReport } from "@doorstream/contract/validate"
import { composeReport } from "../core/compose.js"
import { countRefusal, measure, type Meter } from "../core/meter.js"
import type { DeadLetters } from "../core/letters.js"
import { findByWord } from "../core/naming.js"
import type {
  AcceptReports,
  Appended,
  Entry,
  Log,
  Milliseconds,
  Registry,
  ReportAccepted,
  ReportRefused,
  SystemId,
} from "../core/ports.js"

interface Intake {
  readonly registry: Registry
  readonly log: Log
  /** Does what writes about so many bytes; refuses instead where there is no room for them. */
  readonly spend: <T>(bytes: number, work: () => Promise<T>) => Promise<T | Refusal>
  readonly now: () => Milliseconds
  /** A UUID that was never used. */
  readonly freshId: () => string
  readonly meter: Meter
  /** Hears when each event occurred by its cloud node's clock, and when it came in. */
  readonly hearClock: (
    system: SystemId,
    cloudNodeId: string,
    occurred: Milliseconds,
    received: Milliseconds,
  ) => void
  /** Keeps what is refused; not told where it is kept already. */
  readonly letters?: Pick<DeadLetters, "keep">
}

/** The id of something that may not be a report, as far as it can be told. */
const idOf = (value: unknown): string | null =>
  typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id
    : null

function readEntry(
  { registry, now, freshId, meter, hearClock }: Intake,
  system: SystemId,
  node: CloudNode,
  value: unknown,
) {
  const report = readReport(value)
  if (isRefusal(report)) return report
  const events = composeReport(report, node, system, registry, freshId())
  if (isRefusal(events)) return events
  const received = now()
  measure(meter.lateness, (received - report.occurred) / 1000)
  hearClock(system, node.id, report.occurred, received)
  return { reportId: report.id, received, events } satisfies Entry
}

/** About the most that an entry writes beside its text: the pages that its rows and its id fall upon. */
const bytesBeside = 3 * 4096

const bytesOf = (entries: readonly Entry[]): number =>
  entries.reduce(
    (sum, { events }) =>
      events.reduce((bytes, { text }) => bytes + Buffer.byteLength(text), sum + bytesBeside),
    0,
  )

/** Makes the intake of reports. Each report stands or falls by itself; the order is kept. */
export function openIntake(intake: Intake): AcceptReports {
  return async (system, cloudNodeWord, reports, by) => {
    const keep = (report: unknown, refusal: Refusal): void =>
      intake.letters?.keep({ system, cloudNode: cloudNodeWord, by, report, refusal })
    const node = findByWord(intake.registry, "cloudNode", system, cloudNodeWord)
    if (node === undefined) {
      const refusal = refuse("cloud_node_unknown")
      for (const report of reports) keep(report, refusal)
      return refusal
    }

    const entries: Entry[] = []
    const refused: ReportRefused[] = []
    for (const value of reports) {
      const read: Entry | Refusal = readEntry(intake, system, node, value)
      if (isRefusal(read)) {
        countRefusal(intake.meter, read.code)
        keep(value, read)
        refused.push({ id: idOf(value), ...read })
      } else entries.push(read)
    }
    const appended = await append(intake, system, entries)
    if (isRefusal(appended)) return appended
    const accepted: ReportAccepted[] = appended.map(({ position }, index) => ({
      id: entries[index]!.reportId,
      position,
    }))
    return { accepted, refused }
  }
}

async function append({ log, spend }: Intake, system: SystemId, entries: readonly Entry[]) {
  const work = (): Promise<Appended[]> => log.append(system, entries)
  return entries.length === 0 ? [] : spend(bytesOf(entries), work)
}
