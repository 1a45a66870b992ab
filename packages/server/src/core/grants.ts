/**
 * What API clients may at most be granted, what a token asks for of it, and what comes of both. It must not know how a
 * token carries it, nor what is shown under it. PROTOCOL §24.
 */
import { topicNames, topicsMeantBy, type TopicName } from "@doorstream/contract"
import { wholeGrant, type Grant } from "./verified.js"

/** What narrows a grant, as an API client is given it and a token says it. What is not there narrows nothing. */
export interface Bounds {
  /** As in a subscription: `device.alarm.*`. */
  readonly topics?: readonly string[]
  /** Ids. None of them: whatever is about a cloud node is not granted. */
  readonly cloudNodes?: readonly string[]
  readonly redacted?: true
}

/** The most cloud nodes that bounds may name: a token must still fit into a URL. */
export const mostGrantedNodes = 100

const isTextList = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((each) => typeof each === "string")

/** Reads what a token says; undefined where that is no bounds. A topic of a newer version says nothing here. */
export function readBounds({ topics, cloudNodes, redacted }: Readonly<Record<string, unknown>>) {
  if (topics !== undefined && !isTextList(topics)) return undefined
  if (cloudNodes !== undefined && !isTextList(cloudNodes)) return undefined
  if (redacted !== undefined && redacted !== true) return undefined
  return boundsOf({ topics, cloudNodes, redacted })
}

/** The bounds alone of what has more beside them. */
export const boundsOf = ({
  topics,
  cloudNodes,
  redacted,
}: {
  readonly [K in keyof Bounds]?: Bounds[K] | undefined
}): Bounds => ({
  ...(topics === undefined ? {} : { topics }),
  ...(cloudNodes === undefined ? {} : { cloudNodes }),
  ...(redacted === undefined ? {} : { redacted }),
})

/** The same without any bounds. */
export function withoutBounds<T extends Bounds>(bounded: T): Omit<T, keyof Bounds> {
  const { topics: _topics, cloudNodes: _cloudNodes, redacted: _redacted, ...rest } = bounded
  return rest
}

/** What those words stand for, in the contract's order; null where that is every topic there is and will be. */
function topicsOf(words: readonly string[] | undefined): readonly TopicName[] | null {
  if (words === undefined || words.includes("*")) return null
  const meant = new Set(words.flatMap((word) => topicsMeantBy(word) ?? []))
  return topicNames.filter((topic) => meant.has(topic))
}

/** What is granted within these bounds. */
export const grantWithin = ({ topics, cloudNodes, redacted }: Bounds): Grant =>
  topics === undefined && cloudNodes === undefined && redacted === undefined
    ? wholeGrant
    : { topics: topicsOf(topics), cloudNodes: cloudNodes ?? null, redacted: redacted ?? false }

function inBoth<T>(one: readonly T[] | null, other: readonly T[] | null): readonly T[] | null {
  if (one === null || other === null) return one ?? other
  return one.filter((each) => other.includes(each))
}

/** What is granted by both. */
export function cutGrant(one: Grant, other: Grant): Grant {
  if (one === wholeGrant) return other
  if (other === wholeGrant) return one
  return {
    topics: inBoth(one.topics, other.topics),
    cloudNodes: inBoth(one.cloudNodes, other.cloudNodes),
    redacted: one.redacted || other.redacted,
  }
}

/** Whether a topic may be heard. */
export const grantsTopic = ({ topics }: Grant, topic: TopicName): boolean =>
  topics === null || topics.includes(topic)

/** Whether what belongs to a cloud node may be seen. */
export const grantsNode = ({ cloudNodes }: Grant, id: string | undefined): boolean =>
  cloudNodes === null || (id !== undefined && cloudNodes.includes(id))
