/**
 * How much somebody may say: so much a second in the long run, and some seconds' worth at once. What was said beyond it is
 * owed, and waited for. It must not know what is said.
 */
import type { Milliseconds } from "../core/ports.js"

const second: Milliseconds = 1000

/** So many seconds' worth may come at once. */
const reserve = 10

/** What is owed beyond this is let off: nobody is kept waiting for longer. */
const longestWait: Milliseconds = 30 * second

export interface Allowance {
  /** Takes one, whether it is there or not. */
  spend(): void
  /** How long to wait until nothing is owed. */
  wait(): Milliseconds
}

/** @param perSecond Infinity sets no limit */
export function openAllowance(perSecond: number, now: () => Milliseconds): Allowance {
  const every = second / perSecond
  const whole = reserve * (perSecond === Infinity ? 0 : second)
  /** When it will be whole again. A clock that was put back must not make that later than it can be. */
  let wholeAt: Milliseconds = 0
  return {
    spend: () => {
      const at = now()
      wholeAt = Math.min(Math.max(wholeAt, at), at + whole + longestWait) + every
    },
    wait: () => Math.min(longestWait, Math.max(0, wholeAt - now() - whole)),
  }
}
