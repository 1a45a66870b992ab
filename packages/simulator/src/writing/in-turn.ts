/** Many requests at a time, and no more than the server takes. It must not know what is asked for. */
import type { Ask } from "../api-session.js"
import { wait } from "../wait.js"

/** How long to leave a server alone that does not say it, in milliseconds. */
const shortPause = 1_000

/**
 * Asks again, when it is time, where the server was asked too often: that is no trouble.
 *
 * @param signal ends the waiting; then the reason of its abort is thrown
 */
export function askInTurn(ask: Ask, signal: AbortSignal): Ask {
  return async (...asked) => {
    for (;;) {
      signal.throwIfAborted()
      const answer = await ask(...asked)
      if (answer.status !== 429) return answer
      await wait(answer.retryAfter ?? shortPause, signal)
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
