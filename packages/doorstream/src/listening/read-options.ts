/** How the options of `doorstream listen` are read; what is wrong with them is said all at once. */
import { isControlTopic, refuse, topicNames, topicsMeantBy } from "@doorstream/contract"
import { readFilter, type FilterWords } from "../filter-words.js"
import { didYouMean } from "../nearest.js"
import { openReader } from "../option-words.js"
import { readPlace } from "../past-words.js"
import { Plight } from "../say.js"

/** As they were typed. */
export interface ToldOptions {
  readonly pretty?: true
  readonly after?: string
  readonly filter?: readonly string[]
  readonly state?: true
  readonly cursors?: true
  readonly keep?: string
}

export interface ListenOptions {
  readonly pretty: boolean
  readonly cursors: boolean
  /** As a stream's address has it. */
  readonly after: string | undefined
  readonly filter: FilterWords
  readonly state: boolean
  /** The file that the cursor is kept in. */
  readonly keep: string | undefined
}

/** Reads them, or throws a Plight that names everything that is wrong. */
export function readListenOptions(told: ToldOptions, now: number): ListenOptions {
  const faults: string[] = []
  const read = openReader(faults)
  const after = read("--after", told.after, (text) => readPlace(text, now).after)
  const filter = read("--filter", told.filter?.join(","), readFilter) ?? {}
  if (told.state === true && (told.after !== undefined || told.keep !== undefined))
    faults.push("--state is how things are now: it goes with neither --after nor --keep.")
  if (told.keep === "") faults.push("--keep must name a file.")
  if (faults.length > 0) throw new Plight(faults.join("\n"))
  return {
    pretty: told.pretty === true,
    cursors: told.cursors === true,
    after,
    filter,
    state: told.state === true,
    keep: told.keep,
  }
}

/** The topics that can be heard; `refused` hears of each that cannot, as a stream would refuse all for one of them. */
export function readTopics(words: readonly string[], refused: (words: string) => void): readonly string[] {
  const asked = words.length === 0 ? ["*"] : words.flatMap((word) => word.split(","))
  const known = asked.filter((word) => {
    const isKnown = topicsMeantBy(word) !== undefined || isControlTopic(word)
    if (!isKnown) refused(`${word}: ${refuse("topic_unknown").message}${didYouMean(word, topicNames)}`)
    return isKnown
  })
  if (known.length === 0) throw new Plight("There is nothing to listen to.")
  return known
}
