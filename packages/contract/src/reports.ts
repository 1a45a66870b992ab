/**
 * What a cloud node says happened. It names things by their ids; the server embeds the rest. This file has the shapes;
 * `validate` reads them.
 */
import { cardText, id, ifKnown, text, type Fields, type ValuesOf } from "./fields.js"
import { topics, type ReportableTopic } from "./topics/index.js"
import type { ReportedTopic, RequestFactor } from "./topics/topic.js"

/** A report, after it was read. `occurred` is in milliseconds since 1970 by the cloud node's clock. */
export interface Report {
  /** 1 to 128 characters of the reporter's choice, unique in the system: the same id is the same report. */
  readonly id: string
  readonly topic: ReportableTopic
  readonly occurred: number
  readonly body: ReportBody
}

/** What any report's body may hold; which of it, its topic tells. */
export interface ReportBody {
  readonly deviceId?: string
  readonly holderId?: string
  readonly credentialId?: string
  readonly requestFactor?: string
  readonly facilityCode?: string
  readonly cardNumber?: string
  readonly connectionId?: string
  readonly address?: string
  readonly type?: string
}

/** What a request at a door is reported with. What is on a card may be text, as events have it, or a whole number, as REST has. */
export interface RequestReportBody {
  readonly deviceId: string
  readonly holderId?: string
  readonly credentialId?: string
  readonly requestFactor?: RequestFactor | (string & {})
  readonly facilityCode?: string | number
  readonly cardNumber?: string | number
}

/** The body of a report of one topic, as a reporter gives it. */
export type ReportBodyOf<N extends ReportableTopic> = N extends `device.request.${string}`
  ? RequestReportBody
  : ValuesOf<(typeof topics)[N]["body"]>

/** The most reports in one request, unless the server is told otherwise. */
export const reportsAtOnce = 1000

/** The most characters in a report's id. */
export const reportIdLength = 128

/** The largest `occurred`: the last millisecond that a Date can hold. */
export const latestOccurred = 8.64e15

const requestFields: Fields = {
  deviceId: id,
  holderId: ifKnown(id),
  credentialId: ifKnown(id),
  requestFactor: ifKnown(text),
  facilityCode: ifKnown(cardText),
  cardNumber: ifKnown(cardText),
}

const isRequest = (entry: ReportedTopic): boolean => typeof entry.sentence === "object"

/** The fields that a report's body has, by topic. */
export const reportFields = (name: ReportableTopic): Fields => {
  const entry: ReportedTopic = topics[name]
  return isRequest(entry) ? requestFields : entry.body
}
