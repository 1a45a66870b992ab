/** Reads durations as people write them: `90s`, `1h30m`, `500ms`. */

const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 }

/** The longest that a scenario may speak of: a year. */
const longest = 366 * 24 * units.h

/** In milliseconds; undefined when the text is no duration, or one of more than a year. */
export function readDuration(text: string): number | undefined {
  const found = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/.exec(text)
  if (found === null || text === "") return undefined
  const [hours, minutes, seconds, milliseconds] = found
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0)) as [number, number, number, number]
  const duration = hours * units.h + minutes * units.m + seconds * units.s + milliseconds
  return duration <= longest ? duration : undefined
}
