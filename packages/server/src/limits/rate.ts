/**
 * How often something may happen, kept apart by key: a bucket of tokens each, in bounded memory. One number per key
 * says when its bucket will be full again. It must not know what is counted.
 */
import type { Milliseconds } from "../core/ports.js"

export interface Rate {
  /** Takes one; 0 where that is allowed, else the milliseconds until it will be. */
  take(key: string): Milliseconds
  /** The milliseconds until all that may be taken at once is there again. */
  fullIn(key: string): Milliseconds
}

/** More keys than an honest crowd has. The one used longest ago is forgotten first, which can only be to its good. */
const mostKeys = 100_000

/** Sums of fractions are not more exact than this. */
const exact: Milliseconds = 1

/**
 * @param every how often one may be taken in the long run; 0 sets no limit
 * @param reserve how many may be taken at once after a rest
 */
export function openRate(every: Milliseconds, reserve: number, now: () => Milliseconds): Rate {
  const fullAt = new Map<string, Milliseconds>()
  const whole = every * reserve

  // A clock that was put back must not lock anybody out for longer than an empty bucket would.
  const fullFrom = (key: string, at: Milliseconds): Milliseconds =>
    Math.min(Math.max(fullAt.get(key) ?? at, at), at + whole)

  return {
    fullIn: (key) => {
      const at = now()
      return fullFrom(key, at) - at
    },
    take(key) {
      const at = now()
      const from = fullFrom(key, at)
      const wait = from + every - (at + whole)
      const isRefused = wait >= exact
      fullAt.delete(key)
      fullAt.set(key, isRefused ? from : from + every)
      if (fullAt.size > mostKeys) forgetOldest(fullAt)
      return isRefused ? wait : 0
    },
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
