/** What heals by itself while somebody listens, in words, and each plight once. It must not know how it heals. */
import type { Trouble } from "@doorstream/client"

const cut: ReadonlySet<string> = new Set(["unreachable", "silent", "draining"])

/** Says a trouble when it is a new one; `over` when it listens again. */
export function openTroubles(say: (words: string) => void) {
  let told: string | undefined
  return {
    hear: ({ error: { code, message }, attempt, retryIn }: Trouble): void => {
      if (told === code && attempt > 1) return
      told = code
      const next = retryIn === undefined ? "" : " Trying again."
      say(cut.has(code) ? `the connection is gone (${code}); coming back.` : `${code}: ${message}${next}`)
    },
    /** Whether there was one. */
    over: (): boolean => {
      const was = told !== undefined
      told = undefined
      return was
    },
  }
}
