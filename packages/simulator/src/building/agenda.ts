/** What is to happen later, in order. It must not know what that is. */

export interface Agenda<T> {
  /** The moment of the next entry; undefined when nothing is planned. */
  nextAt(): number | undefined
  /** Entries of the same moment come out in the order in which they went in. */
  add(at: number, entry: T): void
  take(): T | undefined
  /** Moves all entries by so many milliseconds. */
  shift(by: number): void
}

export function createAgenda<T>(): Agenda<T> {
  let entries: { readonly at: number; readonly entry: T }[] = []
  return {
    nextAt: () => entries[0]?.at,
    add(at, entry) {
      const last = entries.findLastIndex((planned) => planned.at <= at)
      entries.splice(last + 1, 0, { at, entry })
    },
    take: () => entries.shift()?.entry,
    shift(by) {
      entries = entries.map(({ at, entry }) => ({ at: at + by, entry }))
    },
  }
}
