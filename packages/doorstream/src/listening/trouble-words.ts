/** What heals by itself while somebody listens, in words, and each plight once. It must not know how it heals. */
import type { Trouble } from "@doorstream/client"

const cut: ReadonlySet<string> = new Set(["unreachable", "silent", "draining"])

/** Says a trouble when it is a new one; `over` when it listens again. */
export function openTroubles(say: (words: string) => void) {
  let cutBy: string | undefined
  const told = new Set<string>()
  const hearCut = ({ error: { code, message }, attempt }: Trouble): void => {
    if (cutBy === code && attempt > 1) return
    cutBy = code
    say(
      cut.has(code) ? `the connection is gone (${code}); coming back.` : `${code}: ${message} Trying again.`,
    )
  }
  return {
    hear: (trouble: Trouble): void => {
      if (trouble.retryIn !== undefined) return hearCut(trouble)
      const words = `${trouble.error.code}: ${trouble.error.message}`
      // It goes on all the while: a disk that is full is so for each event.
      if (!told.has(words)) say(words)
      told.add(words)
    },
    /** Whether the connection was gone. */
    over: (): boolean => {
      const was = cutBy !== undefined
      cutBy = undefined
      return was
    },
  }
}
