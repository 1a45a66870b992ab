/**
 * Where in a system's past something is to begin or to end, as people say it: a time, so long ago, a cursor. It must not
 * know what begins there.
 */

/** As the server takes it. */
export interface Place {
  /** For `after` in a URL. */
  readonly after: string
  /** In milliseconds since 1970, where it is a time. */
  readonly time?: number
  readonly cursor?: string
}

const units = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000 } as const

/** `90m`, `2h`, `1d12h`: so long ago. */
function readAgo(text: string): number | undefined {
  const found = /^(?:(\d{1,4})d)?(?:(\d{1,5})h)?(?:(\d{1,7})m)?(?:(\d{1,9})s)?$/.exec(text)
  if (found === null || text === "") return undefined
  const lengths = Object.values(units)
  return found.slice(1).reduce((sum, digits, at) => sum + Number(digits ?? 0) * lengths[at]!, 0)
}

/** Of this machine's time zone, as whoever says `yesterday` means it. */
function midnight(now: number, daysBefore: number): number {
  const day = new Date(now)
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysBefore).getTime()
}

/** A time of a day without a distance from UTC is this machine's, as with `yesterday`. */
const isoTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/

function readTime(text: string, now: number): number | undefined {
  if (text === "yesterday") return midnight(now, 1)
  if (text === "today") return midnight(now, 0)
  const ago = readAgo(text)
  if (ago !== undefined) return now - ago
  // A day alone is read as UTC by the language, and is meant as it is here.
  const time = isoTime.test(text) ? Date.parse(text.includes("T") ? text : `${text}T00:00`) : NaN
  return Number.isNaN(time) ? undefined : time
}

/** What may be said, for a refusal and for help. */
export const placeWords =
  "earliest, last:100, 2h (ago), yesterday or today (its midnight), a time such as 2026-11-23T07:00:00Z, or a cursor"

/**
 * Reads one.
 *
 * @throws Error with the end of a sentence that says what it must be
 * @example readPlace("2h", Date.now()).after // "time:1764158400000"
 */
export function readPlace(text: string, now: number): Place {
  if (text === "earliest" || /^last:[1-9]\d{0,4}$/.test(text)) return { after: text }
  if (/^1\.[\w-]+\.[\da-z]+$/.test(text)) return { after: text, cursor: text }
  const time = readTime(text, now)
  if (time === undefined || time < 0) throw new Error(`must be ${placeWords}`)
  if (time > now) throw new Error("must not be in the future")
  return { after: `time:${time}`, time }
}
