/**
 * When a rule holds, as the clock on the wall tells it (README, "Rules"). It must not know doors or people.
 *
 * A rule holds while the clock shows a time from its start until before its stop. So an hour that daylight saving leaves
 * out is left out of the rule, and one that comes twice counts twice. A rule that stops earlier than it starts goes over
 * midnight and belongs to the day on which it starts; one that stops when it starts never holds.
 */
import { weekdays, type Rule } from "@doorstream/contract"
import type { WallClock, WallTime } from "./wall-clock.js"

export interface Schedule {
  holds(time: WallTime): boolean
  /** The minutes of the day at which it may begin or end. */
  readonly turns: readonly number[]
}

const midnight = 1_440

/** @throws RangeError when the text is no time from 00:00 to 24:00 */
function minuteOf(text: string): number {
  const [, hours, minutes] = /^(\d\d):([0-5]\d)$/.exec(text) ?? []
  const minute = Number(hours) * 60 + Number(minutes)
  if (Number.isNaN(minute) || minute > midnight)
    throw new RangeError(`A rule has a time from 00:00 to 24:00, not ${text}.`)
  return minute
}

export type Times = Pick<Rule, "startTime" | "stopTime" | "recurring">

/** @throws RangeError when a time of the rule is none */
export function createSchedule({ startTime, stopTime, recurring }: Times): Schedule {
  const [start, stop] = [minuteOf(startTime), minuteOf(stopTime)]
  const days = new Set<number>(recurring.map((day) => weekdays.indexOf(day)))
  return {
    turns: [start % midnight, stop % midnight],
    holds({ weekday, minute }) {
      if (start <= stop) return days.has(weekday) && start <= minute && minute < stop
      if (minute >= start) return days.has(weekday)
      return minute < stop && days.has((weekday + 6) % 7)
    },
  }
}

export const holdsAt = (schedule: Schedule, clock: WallClock, at: number): boolean =>
  schedule.holds(clock.read(at))
