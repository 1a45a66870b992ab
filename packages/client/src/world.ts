/** The world as the client needs it, so that tests can be another one. It must not know what it is used for. */

export interface World {
  readonly fetch: typeof fetch
  /** Milliseconds on a clock that is never set: the clock on the wall may be minutes off. */
  readonly now: () => number
  /** From 0 up to 1. */
  readonly random: () => number
  /** Acts later; what it gives takes that back. */
  readonly later: (milliseconds: number, act: () => void) => () => void
  readonly warn: (text: string) => void
}

/** A timer takes 31 bits; whoever waits for longer is woken earlier, and waits again. */
const longestTimer = 2_147_483_647

export const realWorld: World = {
  fetch: (...asked) => fetch(...asked),
  now: () => performance.now(),
  random: Math.random,
  later: (milliseconds, act) => {
    const timer = setTimeout(act, Math.min(milliseconds, longestTimer))
    return () => clearTimeout(timer)
  },
  // oxlint-disable-next-line no-console -- Whoever asked for nothing else must still be told.
  warn: (text) => console.warn(text),
}

/** Resolves after a while, or as soon as the signal says so. */
export const pause = (world: World, milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = (): void => {
      takeBack()
      signal.removeEventListener("abort", wake)
      resolve()
    }
    const takeBack = world.later(milliseconds, wake)
    signal.addEventListener("abort", wake)
  })

/**
 * What is asked for, or why it was given up.
 *
 * @param within after how many milliseconds it is given up, and what is thrown then
 * @throws the signal's reason as soon as it says so
 */
export const ask = async <T>(
  world: World,
  asked: () => T | Promise<T>,
  signal: AbortSignal,
  within?: readonly [milliseconds: number, late: () => Error],
): Promise<T> => {
  signal.throwIfAborted()
  let leave = (): void => undefined
  const given = new Promise<never>((_, reject) => {
    const giveUp = (): void => reject(signal.reason as Error)
    signal.addEventListener("abort", giveUp)
    const takeBack = within && world.later(within[0], () => reject(within[1]()))
    leave = () => {
      signal.removeEventListener("abort", giveUp)
      takeBack?.()
    }
  })
  try {
    return await Promise.race([asked(), given])
  } finally {
    leave()
  }
}
