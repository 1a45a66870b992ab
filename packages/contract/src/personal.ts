/** What in events tells who somebody is, and what stands there once that must not be told any more. */
import { topicEntry, type TopicName } from "./topics/index.js"

/** The name of a holder who was erased. */
export const erasedName = "(erased)"

/** The keys of an event's body that lead to a person. They are left out; a body is whole without them. */
const personalKeys: ReadonlySet<string> = new Set(["credentialId", "facilityCode", "cardNumber"])

/** Whether events of a topic may tell of a holder. */
export function tellsOfHolder(topic: TopicName): boolean {
  const entry = topicEntry(topic)
  return entry.envelope === "live" || (entry.envelope === "report" && entry.embeds.includes("holder"))
}

interface WithHolder {
  readonly body: Readonly<Record<string, unknown>> & { readonly holder: { readonly id: string } }
}
interface WithPlaceholders {
  readonly placeholders: readonly { readonly id: string; readonly type: string }[]
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
  if (topicEntry(topic).envelope === "live") return withoutNames(event, isErased)
  const { body } = event as WithHolder
  if (!isErased(body.holder.id)) return event
  const kept = Object.entries(body).filter(([key]) => !personalKeys.has(key))
  const holder = { ...body.holder, name: erasedName, activeDate: null, expireDate: null }
  return { ...event, body: { ...Object.fromEntries(kept), holder } }
}

function withoutNames(event: object, isErased: (holderId: string) => boolean): object {
  const { placeholders } = event as WithPlaceholders
  const mustGo = ({ id, type }: WithPlaceholders["placeholders"][number]) => type === "holder" && isErased(id)
  if (!placeholders.some(mustGo)) return event
  return {
    ...event,
    placeholders: placeholders.map((each) => (mustGo(each) ? { ...each, text: erasedName } : each)),
  }
}
