/**
 * Asks until there is an answer that stands: what passes by itself is waited out, and many are asked at a time. It must
 * not know what is asked for.
 */
import { LinkFault, type Answer, type Ask } from "../api-session.js"
import { wait } from "../wait.js"

/** So often in a row a server may be away. */
const tries = 6
const pauses = { first: 250, most: 5_000 }
/** How long to leave a server alone that does not say it, in milliseconds. */
const shortPause = 1_000

const isBusy = ({ status }: Answer): boolean => status === 429 || status === 503

/**
 * Waits where the server is asked too often or does not answer for a while.
 *
 * @param signal ends the waiting; then the reason of its abort is thrown
 */
export function askPatiently(ask: Ask, signal: AbortSignal): Ask {
  return async (...asked) => {
    for (let failures = 0; ;) {
      signal.throwIfAborted()
      try {
        const answer = await ask(...asked)
        if (!isBusy(answer) || failures >= tries) return answer
        // Being asked to come later is no failure, unless nothing is said of when.
        if (answer.retryAfter === undefined) failures += 1
        await wait(answer.retryAfter ?? shortPause, signal)
      } catch (fault) {
        if (!(fault instanceof LinkFault) || ++failures >= tries) throw fault
        await wait(fault.retryAfter ?? Math.min(pauses.most, pauses.first * 2 ** failures), signal)
      }
    }
  }
}

/** Does something with each, some at a time. Nothing new is begun after the first failure, which is thrown. */
export async function eachOf<T>(
  some: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<void>,
): Promise<void> {
  let next = 0
  let hasFailed = false
  const go = async (): Promise<void> => {
    while (next < some.length && !hasFailed) {
      try {
        await work(some[next++] as T)
      } catch (error) {
        hasFailed = true
        throw error
      }
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, go))
  const failed = ended.find((one) => one.status === "rejected")
  if (failed !== undefined) throw failed.reason
}
