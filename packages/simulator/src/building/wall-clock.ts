/** The clock on the wall of a cloud node: what it shows in its time zone. It must not know what hangs on it. */

/** What a clock on the wall shows. */
export interface WallTime {
  /** 0 is Monday. */
  readonly weekday: number
  /** Since midnight, 0 to 1439, as the clock shows it. */
  readonly minute: number
}

export interface WallClock {
  read(at: number): WallTime
  /**
   * The first moment after `at` at which the clock shows one of these minutes, or jumps because daylight saving begins
   * or ends. Within a day at most.
   */
  next(minutes: readonly number[], at: number): number
}

/** From `from` until before `until`, the clock is ahead of UTC by so many milliseconds. */
interface Stretch {
  readonly from: number
  readonly until: number
  readonly ahead: number
}

const minute = 60_000
const day = 1_440 * minute
/** The first of January 1970 was a Thursday. */
const firstWeekday = 3

const modulo = (value: number, by: number): number => ((value % by) + by) % by

/** Throws a RangeError when there is no such time zone. */
function createAhead(timezone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat("en-US-u-ca-gregory-nu-latn", {
    timeZone: timezone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  })
  return (at) => {
    const shown = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]))
    const number = (type: Intl.DateTimeFormatPartTypes): number => Number(shown.get(type))
    const [hour, minutes, seconds] = [number("hour"), number("minute"), number("second")]
    const wall = Date.UTC(number("year"), number("month") - 1, number("day"), hour, minutes, seconds)
    return wall - Math.floor(at / 1000) * 1000
  }
}

/** The first moment in the hours after `from` at which the clock is no longer as far ahead: `until` if there is none. */
function findJump(aheadAt: (at: number) => number, from: number, until: number): number {
  const ahead = aheadAt(from)
  if (aheadAt(until) === ahead) return until
  let [before, after] = [from, until]
  while (after - before > 1) {
    const between = Math.floor((before + after) / 2)
    if (aheadAt(between) === ahead) before = between
    else after = between
  }
  return after
}

/**
 * A clock in an IANA time zone, for the years from 1972 on. It asks for the time zone's rules once for each of its days.
 * Throws a RangeError when there is no such time zone.
 */
export function createWallClock(timezone: string): WallClock {
  const aheadAt = createAhead(timezone)
  let known: Stretch = { from: 0, until: 0, ahead: 0 }
  const stretchAt = (at: number): Stretch => {
    if (at < known.from || at >= known.until)
      known = { from: at, until: findJump(aheadAt, at, at + day), ahead: aheadAt(at) }
    return known
  }
  return {
    read(at) {
      const wall = at + stretchAt(at).ahead
      return {
        weekday: modulo(Math.floor(wall / day) + firstWeekday, 7),
        minute: Math.floor(modulo(wall, day) / minute),
      }
    },
    next(minutes, at) {
      const { ahead, until } = stretchAt(at)
      const wait = (wanted: number): number => modulo(wanted * minute - (at + ahead), day) || day
      const shows = at + Math.min(day, ...minutes.map(wait))
      if (shows < until) return shows
      const later = stretchAt(until)
      return later.ahead === ahead ? Math.min(shows, later.until) : until
    },
  }
}

/** Whether this machine knows a time zone of that name. */
export function isTimezone(name: string): boolean {
  try {
    createAhead(name)
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
