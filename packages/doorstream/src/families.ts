/** Reads for how long some topics are kept, from text such as `device.request.*=1d, liveEvent=12h`. */
import { topicsMeantBy, type TopicName } from "@doorstream/contract"

export interface Family {
  readonly topics: readonly TopicName[]
  /** In milliseconds. */
  readonly age: number
}

const asked = "must be topics with a time each, such as device.request.*=1d, liveEvent=12h"

/** @param readAge reads a time; throws a sentence that says what it must be */
export const familyReader =
  (readAge: (text: string) => number) =>
  (text: string): readonly Family[] =>
    text
      .split(",")
      .map((pair) => pair.trim())
      .filter((pair) => pair !== "")
      .map((pair) => {
        const [word = "", age, ...more] = pair.split("=").map((part) => part.trim())
        if (age === undefined || more.length > 0) throw new Error(asked)
        const topics = topicsMeantBy(word)
        if (topics === undefined) throw new Error(`${asked}, and there is no topic ${word}`)
        return { topics, age: readAge(age) }
      })
