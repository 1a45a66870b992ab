/** A bounded memory: what was not used for longest is forgotten first. It must not know what it remembers. */

export interface Memory<T> {
  recall(key: string): T | undefined
  remember(key: string, value: T): void
}

/** @param most how many are remembered at once */
export function openMemory<T>(most: number): Memory<T> {
  // A Map keeps its keys in the order of their insertion: the first is the oldest.
  const kept = new Map<string, T>()
  return {
    recall: (key) => {
      const value = kept.get(key)
      if (value !== undefined) {
        kept.delete(key)
        kept.set(key, value)
      }
      return value
    },
    remember: (key, value) => {
      kept.set(key, value)
      const [oldest] = kept.keys()
      if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    },
  }
}
