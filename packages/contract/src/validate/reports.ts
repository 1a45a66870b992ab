/** Reads a report that came from outside, or refuses it by code. */
import { z } from "zod"
import { refuse, type Refusal } from "../refusals.js"
import { reportFields, reportIdLength, type Report } from "../reports.js"
import { isReportable, isTopicName, reportableTopics, type ReportableTopic } from "../topics/index.js"
import { kinds, reportedShapeOf } from "./fields.js"

const bodies = new Map(reportableTopics.map((name) => [name, z.object(reportedShapeOf(reportFields(name)))]))

/** A character may take two of a string's units; only what can be short enough is counted. */
const isReportId = (id: unknown): id is string =>
  typeof id === "string" &&
  id.length > 0 &&
  id.length <= 2 * reportIdLength &&
  [...id].length <= reportIdLength &&
  id.isWellFormed()

/** The first thing that is wrong, by the name of its field: `body.deviceId: expected string`. */
const firstFault = (error: z.ZodError): string => {
  const { path, message } = error.issues[0]!
  return `${["body", ...path].join(".")}: ${message}.`
}

/**
 * Reads one report. Keys that its topic does not ask for are left aside.
 *
 * @returns the report, or the refusal: `report_invalid`, `report_id_invalid`, `topic_unknown`, `topic_not_reportable`,
 *   `occurred_invalid` or `body_invalid`
 */
export function readReport(value: unknown): Report | Refusal {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("report_invalid")
  const { id, topic, occurred, body } = value as Record<string, unknown>
  if (!isReportId(id)) return refuse("report_id_invalid")
  if (!isTopicName(topic)) return refuse("topic_unknown")
  if (!isReportable(topic)) return refuse("topic_not_reportable", `This one is ${topic}.`)
  if (!kinds.milliseconds.safeParse(occurred).success) return refuse("occurred_invalid")
  return readBody(id, topic, occurred as number, body)
}

function readBody(id: string, topic: ReportableTopic, occurred: number, body: unknown): Report | Refusal {
  const read = bodies.get(topic)!.safeParse(body)
  return read.success
    ? { id, topic, occurred, body: read.data }
    : refuse("body_invalid", firstFault(read.error))
}
