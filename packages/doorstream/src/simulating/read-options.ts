/**
 * How the options of `doorstream simulate` are read; what is wrong with them is said all at once. It must not know what
 * is done with them.
 */
import { existsSync } from "node:fs"
import { isTimezone, readDuration, scenarioNames } from "@doorstream/simulator"
import { didYouMean } from "../nearest.js"
import { openReader, readSpeed, readTime, whole, type Read } from "../option-words.js"
import { Plight } from "../say.js"

/** As they were typed. */
export interface ToldOptions {
  readonly seed?: string
  readonly doors?: string
  readonly people?: string
  readonly timezone?: readonly string[]
  readonly speed?: string
  readonly scenario?: string
  readonly from?: string
  readonly for?: string
  readonly takeOver?: true
  readonly remove?: true
}

export interface SimulateOptions {
  readonly seed: number
  /** The building to make; none where the system's own is meant. */
  readonly building?: {
    readonly doors: number
    readonly people?: number
    readonly timezones?: readonly string[]
  }
  readonly speed: number | "max"
  readonly scenario?: string
  /** Milliseconds since 1970. */
  readonly from?: number
  /** So much of the building's time, in milliseconds. */
  readonly lasts?: number
  readonly takeOver: boolean
  /** Whether the building of the seed is only to be removed. */
  readonly remove: boolean
}

const mostSeed = 4_294_967_295

const readSpan: Read<number> = (text) => {
  const span = readDuration(text)
  if (span === undefined || span === 0) throw new Error("must be a duration such as 90s, 5m or 1h30m")
  return span
}

const readTimezone: Read<string> = (name) => {
  if (!isTimezone(name))
    throw new Error(
      `must be IANA names such as Europe/Madrid${didYouMean(name, Intl.supportedValuesOf("timeZone"))}`,
    )
  return name
}

/** A file may have any name; a word that is none is meant to be a scenario that comes along. */
const readScenarioName: Read<string> = (name) => {
  if ((scenarioNames as readonly string[]).includes(name) || existsSync(name)) return name
  const known = scenarioNames.join(", ")
  throw new Error(`must be a file or one of ${known}${didYouMean(name, scenarioNames)}`)
}

/** What does not go together. */
function findMisfits(told: ToldOptions): string[] {
  const faults: string[] = []
  const needsDoors = (["people", "timezone"] as const).filter((key) => told[key] !== undefined)
  if (told.doors === undefined && told.remove !== true)
    for (const key of needsDoors) faults.push(`--${key} is for a building that is made: say --doors as well.`)
  if (told.remove !== true) return faults
  if (told.seed === undefined) faults.push("--remove needs --seed: which building is to go.")
  const others = Object.keys(told).filter((key) => !["remove", "seed", "takeOver"].includes(key))
  if (others.length > 0) faults.push("--remove goes with --seed, and nothing else but --take-over.")
  return faults
}

function readBuilding(told: ToldOptions, read: ReturnType<typeof openReader>): SimulateOptions["building"] {
  const doors = read("--doors", told.doors, whole(1, 10_000))
  const people = read("--people", told.people, whole(1, 100_000))
  const timezones = told.timezone?.map((name) => read("--timezone", name, readTimezone) ?? "UTC")
  return doors === undefined
    ? undefined
    : { doors, ...(people && { people }), ...(timezones && { timezones }) }
}

/**
 * Reads them, or throws a Plight that names everything that is wrong.
 *
 * @param draw a seed by chance, where none is told
 */
export function readSimulateOptions(told: ToldOptions, draw: () => number): SimulateOptions {
  const faults = findMisfits(told)
  const read = openReader(faults)
  const seed = read("--seed", told.seed, whole(0, mostSeed)) ?? draw()
  const building = readBuilding(told, read)
  const speed = read("--speed", told.speed, readSpeed) ?? 1
  const scenario = read("--scenario", told.scenario, readScenarioName)
  const from = read("--from", told.from, readTime)
  const lasts = read("--for", told.for, readSpan)
  if (faults.length > 0) throw new Plight(faults.join("\n"))
  return {
    seed,
    ...(building && { building }),
    speed,
    ...(scenario !== undefined && { scenario }),
    ...(from !== undefined && { from }),
    ...(lasts !== undefined && { lasts }),
    takeOver: told.takeOver === true,
    remove: told.remove === true,
  }
}
