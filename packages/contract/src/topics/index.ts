/** The table of all 31 headings of the specification. Everything that must know topics reads it from here. */
import { liveEvent } from "../live-event.js"
import { cloudnode } from "./cloudnode.js"
import { device } from "./device.js"
import { endpoint } from "./endpoint.js"
import { sync } from "./sync.js"
import type { ReportedTopic, TopicEntry } from "./topic.js"

/** Every topic by its name: 30 topics, and `liveEvent`. */
export const topics = { ...cloudnode, ...device, ...endpoint, ...liveEvent, ...sync }

export type TopicName = keyof typeof topics

/** The topics a cloud node may report. */
export type ReportableTopic = {
  [T in TopicName]: (typeof topics)[T] extends ReportedTopic ? T : never
}[TopicName]

export const topicNames: readonly TopicName[] = Object.keys(topics) as TopicName[]

export const isTopicName = (name: unknown): name is TopicName =>
  typeof name === "string" && Object.hasOwn(topics, name)

export const topicEntry = (name: TopicName): TopicEntry => topics[name]

export const isReportable = (name: TopicName): name is ReportableTopic => topics[name].envelope === "report"

export const reportableTopics: readonly ReportableTopic[] = topicNames.filter(isReportable)

/**
 * The topics that a subscription's word stands for: the topic itself, `*` for all, `device.alarm.*` for all below a
 * prefix. Undefined when it stands for none.
 *
 * @example topicsMeantBy("sync.*") // ["sync.not_synced", "sync.synced"]
 */
export function topicsMeantBy(word: string): readonly TopicName[] | undefined {
  if (isTopicName(word)) return [word]
  if (word === "*") return topicNames
  if (!word.endsWith(".*")) return undefined
  const prefix = word.slice(0, -1)
  const meant = topicNames.filter((name) => name.startsWith(prefix))
  return meant.length > 0 ? meant : undefined
}
