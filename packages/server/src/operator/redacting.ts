/**
 * What an operator is told whose token is redacted: who did something as a pseudonym, and of a report what the contract
 * knows. It must not know how anything is kept. PROTOCOL §24.
 */
import { isTopicName, redactedReport, redactedUser, refuse, type Scramble } from "@doorstream/contract"
import type { Context } from "hono"
import type { AuditRecord } from "../core/audit.js"
import type { DeadLetter } from "../core/letters.js"
import { house, type ApiClient, type SystemId } from "../core/ports.js"
import type { Asking } from "./author.js"

/** From where somebody did it. */
const somewhere = "(redacted)"

/** What pseudonyms of a system are made by; undefined for whoever is told everything as it is. */
export function scrambleOf(c: Context, system: SystemId): Scramble | undefined {
  const { scrambleIn } = (c.env ?? {}) as Asking
  return scrambleIn && ((kind, value) => scrambleIn(system, kind, value))
}

/** All else may have anything in it: what is not known to tell pseudonyms is not told. */
const toldInPseudonyms =
  /^\/(status|metrics|clients(\/[^/]+)?|audit|connections|listeners|links|named-listeners|systems(\/[^/]+(\/dead-letters(\/[^/]+)?|\/inspect\/[^/]+)?)?)$/

/** Whether somebody may be told this to whom nothing personal may be told. */
export const isToldRedacted = ({ req }: Context): boolean =>
  req.method === "GET" && toldInPseudonyms.test(req.path)

export const isRedacted = (c: Context): boolean => scrambleOf(c, house) !== undefined

/** What was refused may have quoted anything: the words are the refusal's own. */
export const redactedLetter = (letter: DeadLetter, scramble: Scramble): DeadLetter => ({
  ...letter,
  by: letter.by && { id: redactedUser({ ...letter.by, name: "" }, scramble).id, from: somewhere },
  topic: isTopicName(letter.topic) ? letter.topic : null,
  message: refuse(letter.code).message,
  report: redactedReport(letter.report, scramble),
})

/** Of what a thing is called since then, nothing is told: that may be an API client's name. */
export const redactedRecord = (record: AuditRecord, scramble: Scramble): AuditRecord => ({
  ...record,
  by: { ...redactedUser(record.by, scramble), from: somewhere },
  deeds: record.deeds.map(({ what, id }) => ({ what, id })),
})

export const redactedClient = (client: ApiClient, scramble: Scramble): ApiClient => ({
  ...client,
  name: redactedUser(client, scramble).name,
})
