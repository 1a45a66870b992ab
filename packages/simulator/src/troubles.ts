/** Tells of troubles once each, not at every try, and once when they are over. It must not know what they are. */

export interface Troubles {
  /** Tells it, unless it was told since the last recovery. */
  had(message: string): void
  /** Tells that all is well again, if anything was told before. */
  over(note?: string): void
}

export function createTroubles(tell: (message: string) => void): Troubles {
  const told = new Set<string>()
  return {
    had(message) {
      if (told.has(message)) return
      told.add(message)
      tell(message)
    },
    over(note) {
      if (told.size === 0) return
      told.clear()
      tell(note === undefined ? "recovered" : `recovered: ${note}`)
    },
  }
}
