/**
 * How the clocks of cloud nodes go, judged by what they report: an event cannot arrive before it occurred. It must not
 * know what else was reported, nor who is told. In bounded memory.
 */
import type { Milliseconds, SystemId } from "./ports.js"

/** The smallest lateness of a cloud node's events of late. Below zero its clock is ahead. */
export interface Lateness {
  readonly system: SystemId
  readonly cloudNode: string
  readonly lateness: Milliseconds
}

export interface Clocks {
  /**
   * An event of a cloud node came in.
   *
   * @param occurred by its clock
   * @returns whether its clock is plainly wrong, and that has not been said within the hour
   */
  hear(system: SystemId, cloudNode: string, occurred: Milliseconds, received: Milliseconds): boolean
  /** Of those that reported last; the latest first. */
  latenesses(now: Milliseconds): readonly Lateness[]
}

const minute: Milliseconds = 60_000

/** A number tells of at least one window and at most two. */
const window: Milliseconds = 10 * minute

/** Further ahead than clocks that are kept ever are. */
const plainlyAhead: Milliseconds = 5000

/** Before 2000 there were no such cloud nodes: a dead battery says 1970. */
const before: Milliseconds = 946_684_800_000

const sayEvery: Milliseconds = 60 * minute

/** So many are told of, and so many remembered, so that none is said to be wrong too often. */
const mostTold = 100
const mostKept = 10_000

interface Clock {
  readonly system: SystemId
  readonly cloudNode: string
  /** When its window began. */
  since: Milliseconds
  least: Milliseconds
  /** Of the window before. */
  leastBefore: Milliseconds
  saidAt: Milliseconds
}

const isWrong = (occurred: Milliseconds, received: Milliseconds): boolean =>
  occurred > received + plainlyAhead || occurred < before

function turnWindow(clock: Clock, now: Milliseconds): void {
  const age = Math.abs(now - clock.since)
  if (age < window) return
  clock.leastBefore = age < 2 * window ? clock.least : Infinity
  clock.least = Infinity
  clock.since = now
}

/** Whether that is to be said, which counts as having said it. */
function isNews(clock: Clock, now: Milliseconds): boolean {
  if (Math.abs(now - clock.saidAt) < sayEvery) return false
  clock.saidAt = now
  return true
}

export function openClocks(): Clocks {
  // A Map keeps its keys in the order of their insertion: the first is the one that has been silent for longest.
  const clocks = new Map<string, Clock>()

  const clockOf = (system: SystemId, cloudNode: string, now: Milliseconds): Clock => {
    const key = `${system} ${cloudNode}`
    const fresh = { system, cloudNode, since: now, least: Infinity, leastBefore: Infinity, saidAt: -Infinity }
    const clock = clocks.get(key) ?? fresh
    clocks.delete(key)
    clocks.set(key, clock)
    const [oldest] = clocks.keys()
    if (clocks.size > mostKept && oldest !== undefined) clocks.delete(oldest)
    return clock
  }

  return {
    hear: (system, cloudNode, occurred, received) => {
      const clock = clockOf(system, cloudNode, received)
      turnWindow(clock, received)
      clock.least = Math.min(clock.least, received - occurred)
      return isWrong(occurred, received) && isNews(clock, received)
    },
    latenesses: (now) =>
      [...clocks.values()]
        .slice(-mostTold)
        .flatMap((clock) => {
          turnWindow(clock, now)
          const lateness = Math.min(clock.least, clock.leastBefore)
          return lateness === Infinity ? [] : [{ ...clock, lateness }]
        })
        .toReversed(),
  }
}
