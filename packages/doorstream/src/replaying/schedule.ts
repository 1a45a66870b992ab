/** When the events of a past are due that goes faster or slower than it went. Pure. */

/**
 * Takes when each event was received, one after the other, and says when it is due. The first is due at once. A clock that
 * was put back lets nothing wait, and nothing overtake.
 *
 * @param speed how many times faster; Infinity makes everything due at once
 * @param begun when it begins, in milliseconds by any clock: what is answered is by the same
 * @example const dueAt = openSchedule(60, 0); dueAt(1_000_000); dueAt(1_060_000) // 1000
 */
export function openSchedule(speed: number, begun: number): (received: number) => number {
  let dueAt = begun
  let latest: number | undefined
  return (received) => {
    dueAt += Math.max(0, received - (latest ?? received)) / speed
    latest = Math.max(received, latest ?? received)
    return dueAt
  }
}
