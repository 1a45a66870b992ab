/**
 * `liveEvent`: the sentence that goes with an event, for streams that people read. The sentences themselves stand
 * with their topics; this file knows how one is told.
 */
import { isRequestFactor, topic, type Sentence } from "./topics/topic.js"

export const liveEvent = {
  liveEvent: topic({
    means: "The sentence for a person who reads along, beside the event that it tells of.",
    envelope: "live",
    cloudNode: "name first",
  }),
}

/** Who or what a sentence speaks of. */
export interface Placeholder {
  readonly text: string
  readonly id: string
  readonly type: "holder" | "device"
}

/** A sentence with `%s` where its placeholders go, in order. */
export interface Told {
  readonly info: string
  readonly placeholders: readonly Placeholder[]
}

/**
 * Tells a sentence about somebody and something.
 *
 * @param factor the `requestFactor` of a request; one that we have no words for is passed over in silence
 */
export function tell(
  sentence: Sentence,
  factor: string | undefined,
  about: { readonly holder?: { id: string; name: string }; readonly device?: { id: string; name: string } },
): Told {
  const template =
    typeof sentence === "string" ? sentence : sentence[isRequestFactor(factor) ? factor : "other"]
  const placeholders: Placeholder[] = []
  const info = template.replaceAll(/\{(holder|device)\}/g, (_, type: "holder" | "device") => {
    const subject = about[type]
    if (subject === undefined) throw new Error(`The sentence "${template}" needs a ${type}.`)
    placeholders.push({ text: subject.name, id: subject.id, type })
    return "%s"
  })
  return { info, placeholders }
}
