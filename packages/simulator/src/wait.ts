/** Waits, for as long as nobody asks to end. */

/** The longest that a timer can be told, in milliseconds. */
const longest = 2_147_483_647

/** Waits for so many milliseconds, or until the signal aborts, whichever comes first. Never rejects. */
export const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      signal.removeEventListener("abort", end)
      resolve()
    }
    const timer = setTimeout(end, Math.min(Math.max(0, milliseconds), longest))
    signal.addEventListener("abort", end)
    if (signal.aborted) end()
  })
