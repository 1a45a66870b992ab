/** How long the events of each topic are kept. It must not know how they are forgotten. */
import type { TopicName } from "@doorstream/contract"
import type { Milliseconds } from "../../core/ports.js"

/** Topics that are kept for another time than the rest. */
export interface Family {
  readonly topics: readonly TopicName[]
  readonly age: Milliseconds
}

export interface Ages {
  /** After this, an event is forgotten whatever its topic is. */
  readonly longest: Milliseconds
  /** The other ages that there are, the shortest first. */
  readonly shorter: readonly Milliseconds[]
  /**
   * How long an event is kept.
   *
   * @param beside the topic of the event before it, whose sentence a `liveEvent` is: it is kept no longer than that
   */
  of(topic: TopicName, beside: TopicName | undefined): Milliseconds
}

/** Where two families have a topic, the later one counts. */
export function openAges(age: Milliseconds, families: readonly Family[] = []): Ages {
  const byTopic = new Map(families.flatMap(({ topics, age: own }) => topics.map((topic) => [topic, own])))
  const own = (topic: TopicName): Milliseconds => byTopic.get(topic) ?? age
  const all = [...new Set([age, ...byTopic.values()])].toSorted((one, other) => one - other)
  return {
    longest: all.at(-1)!,
    shorter: all.slice(0, -1),
    of: (topic, beside) =>
      topic === "liveEvent" && beside !== undefined ? Math.min(own(topic), own(beside)) : own(topic),
  }
}
