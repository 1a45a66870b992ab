/** What a subscription asks for, word for word, and what of it cannot be. It must not know who asks. PROTOCOL §3, §20. */
import {
  isControlTopic,
  isRefusal,
  refuse,
  streamListenerSilent,
  topicsMeantBy,
  type ControlTopic,
  type Filter,
  type Refusal,
  type RefusedTopic,
  type TopicName,
} from "@doorstream/contract"
import { readAfter, type After } from "../core/cursor.js"
import { readFilter } from "../core/filter.js"
import { readManner, type Manner } from "./manner.js"

/** What a message of a listener asks for. */
export interface Asked extends Manner {
  readonly topics: readonly TopicName[]
  readonly refused: readonly RefusedTopic[]
  /** What is no event and is asked for by its own name. */
  readonly controls: readonly ControlTopic[]
  /** Reading is to begin after this. */
  readonly after?: After
  /** What is heard is about these alone. */
  readonly filter?: Filter
  /** Reading is to begin with the state of the system. */
  readonly state?: true
}

const nothing = (refusal: Refusal): Asked => ({
  topics: [],
  controls: [],
  refused: [{ topic: null, ...refusal }],
})

/** The topics that may be heard; null for all. */
type Granted = ReadonlySet<TopicName> | null

/** The topics that a word stands for, of those that may be heard. */
function topicsOf(word: string, granted: Granted): readonly TopicName[] | Refusal {
  const meant = topicsMeantBy(word)
  if (meant === undefined) return refuse("topic_unknown")
  if (granted === null) return meant
  const heard = meant.filter((topic) => granted.has(topic))
  return heard.length > 0 ? heard : refuse("topic_not_granted")
}

/** A listener that is silent is the whole system's matter. */
export const isHeard = (topic: TopicName | ControlTopic, granted: Granted): boolean =>
  granted === null || (isControlTopic(topic) ? topic !== streamListenerSilent : granted.has(topic))

/** Refuses what is subscribed and may be heard no more. */
export const lostTopics = (
  subscribed: readonly (TopicName | ControlTopic)[],
  before: Granted,
  after: Granted,
): readonly RefusedTopic[] =>
  subscribed
    .filter((topic) => isHeard(topic, before) && !isHeard(topic, after))
    .map((topic) => ({ topic, ...refuse("topic_not_granted") }))

/** Reads the words of a list of topics. */
function readWords(words: readonly unknown[], asked: object, granted: Granted): Asked {
  const meant = new Set<TopicName>()
  const controls = new Set<ControlTopic>()
  const refused: RefusedTopic[] = []
  const { manner, refused: unheard } = readManner(words, asked)
  for (const word of words) {
    if (typeof word !== "string") {
      refused.push({ topic: null, ...refuse("topic_not_text") })
      continue
    }
    const objection = unheard.get(word)
    if (objection !== undefined) refused.push({ topic: word, ...objection })
    else if (isControlTopic(word)) {
      if (isHeard(word, granted)) controls.add(word)
      else refused.push({ topic: word, ...refuse("topic_not_granted") })
    } else {
      const topics = topicsOf(word, granted)
      if ("code" in topics) refused.push({ topic: word, ...topics })
      else for (const topic of topics) meant.add(topic)
    }
  }
  return { topics: [...meant], controls: [...controls], refused, ...manner }
}

/**
 * The topics that a message names, and those of its words that stand for none.
 *
 * @param most how many words there may be
 * @param granted a word that stands for none of these is refused, too
 */
export function readTopics(asked: unknown, most: number, granted: Granted = null): Omit<Asked, "after"> {
  if (typeof asked !== "object" || asked === null || !("topics" in asked) || !Array.isArray(asked.topics))
    return nothing(refuse("subscription_invalid"))
  const words = asked.topics as readonly unknown[]
  if (words.length > most)
    return nothing(refuse("too_many_topics", `There are ${words.length}, and may be ${most}.`))
  return readWords(words, asked, granted)
}

/** What of a message is told beside its topics; null is as good as nothing. */
function tellsOf(asked: unknown, name: "after" | "filter" | "state"): unknown {
  // A list has a filter of its own making.
  if (typeof asked !== "object" || asked === null || !Object.hasOwn(asked, name)) return undefined
  return (asked as Record<string, unknown>)[name] ?? undefined
}

const readBeginning = (told: unknown): After | Refusal | undefined =>
  told === undefined ? undefined : readAfter(told)

/** Whether the state is asked for; it says itself where reading begins, and is of no person. */
function readState(told: unknown, after: After | undefined, filter: Filter | undefined): boolean | Refusal {
  if (told === undefined || told === false) return false
  if (told !== true) return refuse("state_invalid")
  if (after !== undefined) return refuse("state_invalid", "There is after beside it.")
  return filter?.holders === undefined || refuse("state_invalid", "There are holders beside it.")
}

/**
 * The same with where to begin and what is shown. Where that cannot be read, nothing is asked for: to begin elsewhere, or
 * to hear less, would lose events in silence.
 */
export function readAsked(asked: unknown, most: number, granted: Granted = null): Asked {
  const read = readTopics(asked, most, granted)
  const after = readBeginning(tellsOf(asked, "after"))
  if (isRefused(after)) return nothing(after)
  const filter = readFilter(tellsOf(asked, "filter"))
  if (isRefused(filter)) return nothing(filter)
  const state = readState(tellsOf(asked, "state"), after, filter)
  if (isRefused(state)) return nothing(state)
  // It would not be told, and nobody would know why.
  if (state && read.topics.length === 0 && read.refused.length === 0)
    return nothing(refuse("state_invalid", "There is no topic of events beside it."))
  return {
    ...read,
    ...(after === undefined ? {} : { after }),
    ...(filter === undefined ? {} : { filter }),
    ...(state ? { state } : {}),
  }
}

const isRefused = (read: unknown): read is Refusal =>
  typeof read === "object" && read !== null && isRefusal(read)
