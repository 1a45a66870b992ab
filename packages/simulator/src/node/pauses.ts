/** How long a cloud node stays away after its link has ended, by the way in which it did. PROTOCOL §16.7, §16.16. */
import type { RefusalCode } from "@doorstream/contract"

/** In milliseconds. */
export interface Pauses {
  /** From this to twice as much the first time, twice as long each time that it is not welcomed. */
  readonly first: number
  /** From this to twice as much at most. */
  readonly most: number
  /** Where coming back sooner would help nobody. */
  readonly long: number
  /** Until a run of which nothing was kept is sent again. */
  readonly full: number
}

export const usualPauses: Pauses = { first: 1_000, most: 15_000, long: 60_000, full: 10_000 }

/** After these somebody must do something first. */
const hopeless: ReadonlySet<string> = new Set<RefusalCode>([
  "message_malformed",
  "message_unexpected",
  "version_not_spoken",
  "link_replaced",
])

export interface Ending {
  readonly reason: string
  /** All of its keys were refused. */
  readonly isLockedOut: boolean
  /** How often it was not welcomed since it was last. */
  readonly failures: number
  /** How long the server asked to be left alone, in milliseconds. */
  readonly retryAfter?: number | undefined
}

/** @param chance from 0 to 1, so that a thousand do not come at once */
export function pauseAfter(
  { reason, isLockedOut, failures, retryAfter = 0 }: Ending,
  { first, most, long }: Pauses,
  chance: number,
): number {
  if (isLockedOut || hopeless.has(reason)) return long
  const pause = Math.min(most, first * 2 ** failures) * (1 + chance)
  return Math.max(pause, Math.min(retryAfter, long))
}
