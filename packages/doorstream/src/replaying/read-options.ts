/** How the options of `doorstream replay` are read; what is wrong with them is said all at once. */
import { readFilter, type FilterWords } from "../filter-words.js"
import { openReader, readSpeed, whole, type Read } from "../option-words.js"
import { readPlace, type Place } from "../past-words.js"
import { Plight } from "../say.js"

/** As they were typed. */
export interface ToldOptions {
  readonly from?: string
  readonly to?: string
  readonly speed?: string
  readonly port?: string
  readonly topics?: readonly string[]
  readonly filter?: readonly string[]
  readonly atOnce?: true
  readonly stay?: true
}

export interface ReplayOptions {
  readonly from: Place
  /** Where it ends, which is not replayed any more; the end of the log as it is now unless told. */
  readonly to: Place | undefined
  readonly speed: number | "max"
  readonly port: number
  readonly topics: readonly string[]
  readonly filter: FilterWords
  /** Begins although nobody listens. */
  readonly atOnce: boolean
  /** Goes on to answer when all of it is over. */
  readonly stay: boolean
}

const readEnd =
  (now: number): Read<Place> =>
  (text) => {
    const place = readPlace(text, now)
    if (place.time === undefined && place.cursor === undefined) throw new Error("must be a time or a cursor")
    return place
  }

/** Reads them, or throws a Plight that names everything that is wrong. */
export function readReplayOptions(told: ToldOptions, now: number): ReplayOptions {
  const faults: string[] = []
  const read = openReader(faults)
  const from = read("--from", told.from ?? "earliest", (text) => readPlace(text, now))
  const to = read("--to", told.to, readEnd(now))
  const speed = read("--speed", told.speed, readSpeed) ?? 1
  const port = read("--port", told.port, whole(0, 65_535)) ?? 0
  const filter = read("--filter", told.filter?.join(","), readFilter) ?? {}
  if (from?.time !== undefined && to?.time !== undefined && from.time >= to.time)
    faults.push("--from must be before --to.")
  if (faults.length > 0 || from === undefined) throw new Plight(faults.join("\n"))
  const topics = told.topics?.flatMap((words) => words.split(",")) ?? ["*"]
  return { from, to, speed, port, topics, filter, atOnce: told.atOnce === true, stay: told.stay === true }
}
