/**
 * Who has heard an event, and who has not and why: told of listeners that are there, of those that were there lately, and
 * of those that have a name and are away. Pure. It must not know where the event was found. PROTOCOL §26.
 */
import type { TopicName } from "@doorstream/contract"
import { heardUpTo, type NamedListener } from "./names.js"
import type { Milliseconds, Position, Row, SystemId } from "./ports.js"
import type { View } from "./view.js"

/** What a listener has heard, as far as that can be told afterwards. */
export interface Hearing {
  /** The number of its connection. */
  readonly connection: number
  readonly client: string
  readonly name?: string
  readonly system: SystemId
  readonly address: string
  readonly transport: string
  readonly since: Milliseconds
  /** When its connection ended; null while it is there. */
  readonly ended: Milliseconds | null
  /** Each topic from after its position. */
  readonly topics: ReadonlyMap<TopicName, Position>
  /** Up to here all that it was to hear was sent. */
  readonly sentTo: Position
  /** From where it is owed events, for want of a valid token. */
  readonly owed: Position | null
  /** What its token lets it see, and what of that its filter selects. */
  readonly granted: View
  readonly view: View
}

/** What became of an event for a listener. */
export const verdicts = [
  "heard",
  "not_subscribed",
  "subscribed_later",
  "not_granted",
  "filtered",
  "token_lapsed",
  "behind",
  "gone_before",
  "away",
  "forgotten",
] as const
export type Verdict = (typeof verdicts)[number]

export interface Judged {
  /** Null where nobody can tell any more. */
  readonly heard: boolean | null
  readonly code: Verdict
  /** For a person. */
  readonly why: string
}

const not = (code: Verdict, why: string): Judged => ({ heard: false, code, why })

const subscribedTo = (
  topics: ReadonlyMap<TopicName, Position>,
  { topic, position }: Row,
): Judged | undefined => {
  const since = topics.get(topic)
  if (since === undefined) return not("not_subscribed", `It is not subscribed to ${topic}.`)
  return position > since
    ? undefined
    : not("subscribed_later", `It hears ${topic} from position ${since + 1} on, which is after this event.`)
}

function notSentYet({ ended, owed, sentTo }: Hearing, { position }: Row): Judged {
  const isOwed = owed !== null && position >= owed
  const where = `it had everything up to position ${sentTo}`
  if (ended !== null)
    return not(
      "gone_before",
      isOwed
        ? `Its token had lapsed, and it was gone before it renewed it; ${where}.`
        : `It was gone before its turn; ${where}.`,
    )
  return isOwed
    ? not("token_lapsed", `Its token has lapsed: it is owed this, and gets it when it renews.`)
    : not("behind", `It is behind: it reads at position ${sentTo + 1}, and comes to this.`)
}

/** What became of an event for a listener that is or was connected. */
export function judgeHearing(hearing: Hearing, row: Row): Judged {
  const unsubscribed = subscribedTo(hearing.topics, row)
  if (unsubscribed !== undefined) return unsubscribed
  if (hearing.granted.show(row) === undefined) return not("not_granted", "Its token does not grant this.")
  if (hearing.view.show(row) === undefined) return not("filtered", "Its filter leaves this out.")
  if (row.position > hearing.sentTo) return notSentYet(hearing, row)
  if (row.text === "")
    return {
      heard: null,
      code: "forgotten",
      why: "It had its turn; whether the event was still kept then, nobody can tell any more.",
    }
  return { heard: true, code: "heard", why: "It was sent this." }
}

/** What became of an event for a listener that has a name and is away. */
export function judgeAway(named: NamedListener, row: Row, epoch: string): Judged {
  const isOfOtherLog = named.epoch !== epoch
  const since = isOfOtherLog ? (row.topic in named.topics ? 0 : undefined) : named.topics[row.topic]
  const topics = new Map(since === undefined ? [] : [[row.topic, since] as const])
  const unsubscribed = subscribedTo(topics, row)
  if (unsubscribed !== undefined) return unsubscribed
  if (!isOfOtherLog && row.position <= heardUpTo(named, row.topic)!)
    return { heard: true, code: "heard", why: "It has proven that it has this." }
  return not(
    "away",
    isOfOtherLog
      ? "It is away, and was there before the log was restored: it is told of that, and hears this, when it comes."
      : "It is away: it hears this when it comes, as far as its token grants and its filter selects it.",
  )
}
