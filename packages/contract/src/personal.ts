/**
 * What tells who somebody is, wherever it stands, and what stands there once that must not be told any more: the one table
 * that erasing and redacting read. It must not know whom anything is told to, nor how values are scrambled. PROTOCOL §14, §24.
 */
import type { Credential, Holder } from "./entities.js"
import type { Report } from "./reports.js"
import { isReportable, isTopicName, topicEntry, type TopicName } from "./topics/index.js"
import { isRequestFactor } from "./topics/topic.js"

/** The name of a holder who was erased. */
export const erasedName = "(erased)"

/** What pseudonyms stand for. The same value of another kind has another. */
export type PersonalKind = "facilityCode" | "cardNumber" | "holder" | "user"

/**
 * Scrambles a value so that nobody can tell it, or try it out: the same value of a kind always to the same, within one
 * system.
 *
 * @returns 32 hexadecimal digits or more
 */
export type Scramble = (kind: PersonalKind, value: string) => string

/** What becomes of a value: it stays, goes, is null, is told to be erased, or becomes what its pseudonym is in some form. */
type Fate = "stays" | "goes" | "null" | "erased name" | Form
type Form =
  | "card"
  | "holder's name"
  | "holder's first name"
  | "holder's last name"
  | "user's name"
  | "user's id"

interface Fates {
  readonly erased: Fate
  readonly redacted: Fate
}
type Fields = Readonly<Record<string, Fates>>

const goes: Fates = { erased: "goes", redacted: "goes" }
const isNull: Fates = { erased: "null", redacted: "null" }

/** By the thing that has the keys. A credential's id stays where it is redacted: it says no more than the holder's. */
const personal = {
  /** The body of an event, or of a report, of somebody who asks to enter. */
  request: {
    credentialId: { erased: "goes", redacted: "stays" },
    facilityCode: { erased: "goes", redacted: "card" },
    cardNumber: { erased: "goes", redacted: "card" },
  },
  /** A holder within an event. */
  holder: {
    name: { erased: "erased name", redacted: "holder's name" },
    activeDate: isNull,
    expireDate: isNull,
  },
  /** A holder in a sentence. */
  placeholder: { text: { erased: "erased name", redacted: "holder's name" } },
  /** A holder in the registry; one who was erased is not there. */
  person: {
    externalId: goes,
    firstName: { erased: "goes", redacted: "holder's first name" },
    lastName: { erased: "goes", redacted: "holder's last name" },
    email: goes,
    activeDate: isNull,
    expireDate: isNull,
  },
  /** And a credential. */
  credential: {
    externalId: goes,
    facilityCode: { erased: "goes", redacted: "card" },
    cardNumber: { erased: "goes", redacted: "card" },
  },
  /** Whoever changed something, in an event. */
  metadata: {
    userId: { erased: "stays", redacted: "user's id" },
    userName: { erased: "stays", redacted: "user's name" },
  },
} as const satisfies Record<string, Fields>

// --- Pseudonyms ------------------------------------------------------------------------------------------------------

/** Digits for what is on a card: clients read it as a number, which has room for 15 of them. */
function digitsOf(scrambled: string): string {
  const [least, count] = [100_000_000_000_000n, 900_000_000_000_000n]
  return String(least + (BigInt(`0x${scrambled.slice(0, 32)}`) % count))
}

/** A UUID of version 8, which is for whoever makes their own. */
const uuidOf = (scrambled: string): string =>
  scrambled.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5")

const wordOf = (scrambled: string): string => scrambled.slice(0, 12)

type Part = Readonly<Record<string, unknown>>

/** A person's names are made of the id: people of one name are told apart, and somebody who marries stays the same. */
function inForm(form: Form, key: string, part: Part, scramble: Scramble): unknown {
  const value = part[key]
  switch (form) {
    case "card": {
      const digits = digitsOf(scramble(key as PersonalKind, String(value)))
      return typeof value === "number" ? Number(digits) : digits
    }
    case "holder's name":
      return value === erasedName ? value : `Holder ${wordOf(scramble("holder", String(part["id"])))}`
    case "holder's first name":
      return "Holder"
    case "holder's last name":
      return wordOf(scramble("holder", String(part["id"])))
    case "user's name":
      return `User ${wordOf(scramble("user", String(part["userId"])))}`
    case "user's id":
      return uuidOf(scramble("user", String(value)))
  }
}

const noScramble: Scramble = () => ""

/** The same thing, its keys in the same order. */
function without(
  fields: Fields,
  part: Part,
  how: keyof Fates,
  scramble: Scramble = noScramble,
): Record<string, unknown> {
  const kept: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(part)) {
    const fate = fields[key]?.[how] ?? "stays"
    if (fate === "stays" || value === undefined) kept[key] = value
    else if (fate === "null") kept[key] = null
    else if (fate === "erased name") kept[key] = erasedName
    else if (fate !== "goes") kept[key] = inForm(fate, key, part, scramble)
  }
  return kept
}

// --- Events ----------------------------------------------------------------------------------------------------------

interface WithBody {
  readonly body: Part & { readonly holder?: Part & { readonly id: string } }
}
interface WithPlaceholders {
  readonly placeholders: readonly { readonly id: string; readonly type: string; readonly text: string }[]
}
interface WithMetadata {
  readonly metadata: Part
}

/** Whether events of a topic may tell of a holder. */
export function tellsOfHolder(topic: TopicName): boolean {
  const entry = topicEntry(topic)
  return entry.envelope === "live" || (entry.envelope === "report" && entry.embeds.includes("holder"))
}

/** Whether anything personal may stand in events of a topic. */
export function tellsPersonal(topic: TopicName): boolean {
  const entry = topicEntry(topic)
  const asks = entry.envelope === "report" && Object.keys(entry.body).some((key) => key in personal.request)
  return asks || entry.envelope === "entity" || tellsOfHolder(topic)
}

function bodyWithout(body: WithBody["body"], how: keyof Fates, scramble?: Scramble): object {
  const kept = without(personal.request, body, how, scramble)
  const { holder } = body
  return holder === undefined ? kept : { ...kept, holder: without(personal.holder, holder, how, scramble) }
}

function withoutNames(
  event: object,
  mustGo: (holderId: string) => boolean,
  how: keyof Fates,
  scramble?: Scramble,
): object {
  const { placeholders } = event as WithPlaceholders
  const isMeant = ({ id, type }: WithPlaceholders["placeholders"][number]) => type === "holder" && mustGo(id)
  if (!placeholders.some(isMeant)) return event
  const tell = (each: WithPlaceholders["placeholders"][number]) =>
    isMeant(each) ? without(personal.placeholder, { ...each }, how, scramble) : each
  return { ...event, placeholders: placeholders.map(tell) }
}

/**
 * An event without what it tells of holders who were erased: their ids stay, so that what belongs together is still seen
 * to, their names, dates and credentials go.
 *
 * @param topic one that `tellsOfHolder`
 * @returns the very same event where it tells of none of them
 */
export function withoutErased(
  topic: TopicName,
  event: object,
  isErased: (holderId: string) => boolean,
): object {
  if (topicEntry(topic).envelope === "live") return withoutNames(event, isErased, "erased")
  const { body } = event as WithBody
  return body.holder === undefined || !isErased(body.holder.id)
    ? event
    : { ...event, body: bodyWithout(body, "erased") }
}

/**
 * An event with pseudonyms for what is personal, its keys in the same order.
 *
 * @param topic one that `tellsPersonal`
 */
export function redactedEvent(topic: TopicName, event: object, scramble: Scramble): object {
  switch (topicEntry(topic).envelope) {
    case "report":
      return { ...event, body: bodyWithout((event as WithBody).body, "redacted", scramble) }
    case "live":
      return withoutNames(event, () => true, "redacted", scramble)
    case "entity": {
      const { metadata } = event as WithMetadata
      return { ...event, metadata: without(personal.metadata, metadata, "redacted", scramble) }
    }
    case "presence":
    case "sync":
      return event
  }
}

// --- The registry ----------------------------------------------------------------------------------------------------

export const redactedCredential = (credential: Credential, scramble: Scramble): Credential =>
  without(personal.credential, { ...credential }, "redacted", scramble) as unknown as Credential

export const redactedHolder = <H extends Holder>(holder: H, scramble: Scramble): H =>
  ({
    ...without(personal.person, { ...(holder as Holder) }, "redacted", scramble),
    credentials: holder.credentials.map((each) => redactedCredential(each, scramble)),
  }) as unknown as H

/** What an API client or an operator is called where it must not be told who that is. */
export const redactedUser = (
  { id, name }: { readonly id: string; readonly name: string },
  scramble: Scramble,
): { readonly id: string; readonly name: string } => {
  const said = without(personal.metadata, { userId: id, userName: name }, "redacted", scramble)
  return { id: String(said["userId"]), name: String(said["userName"]) }
}

// --- Reports ---------------------------------------------------------------------------------------------------------

const isUuid = (value: unknown): value is string =>
  typeof value === "string" && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)

/** A device's name is no person's; of what stands where another id is expected nobody knows what it tells. */
function isHarmless(key: string, value: unknown): boolean {
  if (key === "facilityCode" || key === "cardNumber")
    return typeof value === "string" || typeof value === "number"
  if (key === "requestFactor") return isRequestFactor(value)
  return key === "deviceId" ? typeof value === "string" : isUuid(value)
}

const isPart = (value: unknown): value is Part =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** As much of a report as was one. */
export interface RedactedReport extends Partial<Omit<Report, "body">> {
  readonly body: Readonly<Record<string, unknown>>
}

/**
 * A report with pseudonyms for what is personal, and without all that no report needs: what came from outside may say
 * anything anywhere. Null where nothing is left of it.
 */
export function redactedReport(report: unknown, scramble: Scramble): RedactedReport | null {
  if (!isPart(report) || !isTopicName(report["topic"]) || !isReportable(report["topic"])) return null
  const { id, topic, occurred, body } = report
  const entry = topicEntry(topic)
  const known = entry.envelope === "report" ? Object.keys(entry.body) : []
  const said = isPart(body)
    ? Object.entries(body).filter(([key, value]) => known.includes(key) && isHarmless(key, value))
    : []
  return {
    ...(isUuid(id) ? { id } : {}),
    topic,
    ...(typeof occurred === "number" ? { occurred } : {}),
    body: without(personal.request, Object.fromEntries(said), "redacted", scramble),
  }
}
