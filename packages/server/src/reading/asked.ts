/** What a subscription asks for, word for word, and what of it cannot be. It must not know who asks. PROTOCOL §3, §20. */
import {
  isControlTopic,
  isRefusal,
  refuse,
  streamPosition,
  topicsMeantBy,
  type ControlTopic,
  type Filter,
  type Refusal,
  type RefusedTopic,
  type TopicName,
} from "@doorstream/contract"
import { readAfter, type After } from "../core/cursor.js"
import { readFilter } from "../core/filter.js"
import type { Milliseconds } from "../core/ports.js"

/** What a message of a listener asks for. */
export interface Asked {
  readonly topics: readonly TopicName[]
  readonly refused: readonly RefusedTopic[]
  /** What is no event and is asked for by its own name. */
  readonly controls: readonly ControlTopic[]
  /** `stream.position` is among those: how often it is to be told. */
  readonly every?: Milliseconds
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

/** How often `stream.position` comes, unless told. */
const usually: Milliseconds = 10_000
const [mostOften, mostRarely]: [Milliseconds, Milliseconds] = [100, 3_600_000]

function readEvery(every: unknown): Milliseconds | Refusal {
  if (every === undefined || every === null) return usually
  const isGood = Number.isSafeInteger(every) && Number(every) >= mostOften && Number(every) <= mostRarely
  return isGood ? Number(every) : refuse("interval_invalid")
}

/** Reads the words of a list of topics. */
function readWords(words: readonly unknown[], every: unknown): Asked {
  const meant = new Set<TopicName>()
  const controls = new Set<ControlTopic>()
  const refused: RefusedTopic[] = []
  const interval = words.includes(streamPosition) ? readEvery(every) : undefined
  for (const word of words) {
    if (typeof word !== "string") refused.push({ topic: null, ...refuse("topic_not_text") })
    else if (word === streamPosition && typeof interval === "object")
      refused.push({ topic: word, ...interval })
    else if (isControlTopic(word)) controls.add(word)
    else {
      const topics = topicsMeantBy(word)
      if (topics === undefined) refused.push({ topic: word, ...refuse("topic_unknown") })
      else for (const topic of topics) meant.add(topic)
    }
  }
  const asked = { topics: [...meant], controls: [...controls], refused }
  return typeof interval === "number" ? { ...asked, every: interval } : asked
}

/**
 * The topics that a message names, and those of its words that stand for none.
 *
 * @param most how many words there may be
 */
export function readTopics(asked: unknown, most: number): Omit<Asked, "after"> {
  if (typeof asked !== "object" || asked === null || !("topics" in asked) || !Array.isArray(asked.topics))
    return nothing(refuse("subscription_invalid"))
  const words = asked.topics as readonly unknown[]
  if (words.length > most)
    return nothing(refuse("too_many_topics", `There are ${words.length}, and may be ${most}.`))
  return readWords(words, "every" in asked ? asked.every : undefined)
}

/** What of a message is told beside its topics; null is as good as nothing. */
function tellsOf(asked: unknown, name: "after" | "filter" | "state"): unknown {
  const told = typeof asked === "object" && asked !== null ? (asked as Record<string, unknown>)[name] : null
  return told ?? undefined
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
export function readAsked(asked: unknown, most: number): Asked {
  const read = readTopics(asked, most)
  const after = readBeginning(tellsOf(asked, "after"))
  if (isRefused(after)) return nothing(after)
  const filter = readFilter(tellsOf(asked, "filter"))
  if (isRefused(filter)) return nothing(filter)
  const state = readState(tellsOf(asked, "state"), after, filter)
  if (isRefused(state)) return nothing(state)
  return {
    ...read,
    ...(after === undefined ? {} : { after }),
    ...(filter === undefined ? {} : { filter }),
    ...(state ? { state } : {}),
  }
}

const isRefused = (read: unknown): read is Refusal =>
  typeof read === "object" && read !== null && isRefusal(read)
