/** The client's types of events, written from the contract's table so that editors show what each topic means. */
import { topicEntry, topicNames, type TopicName } from "@doorstream/contract"

/** `device.alarm.forced` as a type's name: `DeviceAlarmForced`. */
const typeNameOf = (topic: TopicName): string =>
  topic
    .split(/[._]/)
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join("")

const describeEvent = (topic: TopicName): string => {
  const means = `/** ${topicEntry(topic).means} */`
  return `${means}
export interface ${typeNameOf(topic)} extends Heard<"${topic}"> {
  ${means}
  readonly topic: "${topic}"
  ${means}
  readonly body: BodyOf<"${topic}">
}
`
}

const keyOf = (topic: TopicName): string => (topic.includes(".") ? `"${topic}"` : topic)

const made = "Written by `npm run document` from the contract's table of topics: change them there."

const events = `/** What is heard of each topic. ${made} */
import type { BodyOf, Heard } from "./heard.js"

${topicNames.map(describeEvent).join("\n")}`

const byTopic = `/** The events by the names of their topics. ${made} */
import type {
${topicNames.map((topic) => `  ${typeNameOf(topic)},\n`).join("")}} from "./events.js"

export interface EventsByTopic {
${topicNames.map((topic) => `  /** ${topicEntry(topic).means} */\n  ${keyOf(topic)}: ${typeNameOf(topic)}\n`).join("")}}
`

/** Whole files, by their paths. */
export const clientTypes: Readonly<Record<string, string>> = {
  "packages/client/src/events.ts": events,
  "packages/client/src/events-by-topic.ts": byTopic,
}
