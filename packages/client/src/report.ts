/** Reports of connectors: what happened at doors, acknowledged when it is on disk. It must not know how a request is said. */
import type { Refusal, ReportableTopic, ReportBodyOf } from "@doorstream/contract"
import { Caller, type CallSettings } from "./call.js"
import { realWorld, type World } from "./world.js"

/** A report of one topic as it is given. */
export interface NewReportOf<N extends ReportableTopic> {
  /** 1 to 128 characters, unique in the system, where the connector has an id of its own: the same id is the same report. */
  readonly id?: string
  readonly topic: N
  /** In milliseconds since 1970, by the cloud node's clock. */
  readonly occurred: number
  /** What the cloud node knows, by ids; the server embeds the rest. */
  readonly body: ReportBodyOf<N>
}

/** A report as it is given: its topic tells what its body holds. */
export type NewReport = { [N in ReportableTopic]: NewReportOf<N> }[ReportableTopic]

/** What became of each report, in the order in which they were given. */
export interface ReportOutcome {
  readonly accepted: readonly { readonly id: string; readonly position: number }[]
  /** Those that cannot be taken, each with why; `id` is null where it cannot be told. */
  readonly refused: readonly (Refusal & { readonly id: string | null })[]
}

export interface ReportSettings extends CallSettings {
  /** The id or the externalId of the cloud node that reports. */
  readonly cloudNodeId: string
  /** The most reports in one request, 1 to 1,000; 500 unless told. */
  readonly atOnce?: number
}

/** An id that nobody else will choose; `randomUUID` itself is kept from pages without TLS. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
}

export async function reportIn(
  world: World,
  { cloudNodeId, atOnce = 500, ...settings }: ReportSettings,
  given: NewReport | readonly NewReport[],
): Promise<ReportOutcome> {
  const reports = [given].flat().map((report) => ({ ...report, id: report.id ?? newId() }))
  const caller = new Caller(world, settings)
  const path = ["cloud-nodes", cloudNodeId, "reports"]
  const outcome = {
    accepted: [] as ReportOutcome["accepted"][number][],
    refused: [] as ReportOutcome["refused"][number][],
  }
  for (let from = 0; from < reports.length; from += atOnce) {
    const body = reports.slice(from, from + atOnce)
    const { accepted, refused } = (await caller.call({ method: "POST", path, body }, true)) as ReportOutcome
    outcome.accepted.push(...accepted)
    outcome.refused.push(...refused)
  }
  return outcome
}

/**
 * Reports what happened at doors. It resolves when the server has it on disk. A request whose answer is lost is sent again
 * with the same ids, and nothing is doubled; what is refused is told for each report by itself.
 *
 * @example
 * const { refused } = await report({ url, systemId, cloudNodeId, token: fetchToken }, [
 *   { topic: "device.input.dps.opened", occurred: Date.now(), body: { deviceId } },
 * ])
 *
 * @throws DoorstreamError where a whole request was refused or could not be said; send all of it again, with ids of your
 *   own where that must double nothing
 */
export const report = (
  settings: ReportSettings,
  reports: NewReport | readonly NewReport[],
): Promise<ReportOutcome> => reportIn(realWorld, settings, reports)
