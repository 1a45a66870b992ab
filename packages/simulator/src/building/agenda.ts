/** What is to happen later, in order. It must not know what that is. */

export interface Agenda<T> {
  /** The moment of the next entry; undefined when nothing is planned. */
  nextAt(): number | undefined
  /** Entries of the same moment come out in the order in which they went in. */
  add(at: number, entry: T): void
  take(): T | undefined
  /** Drops the entries that are not to be kept. */
  keep(isKept: (entry: T, at: number) => boolean): void
  /** Moves all entries by so many milliseconds. */
  shift(by: number): void
}

interface Planned<T> {
  readonly at: number
  /** Counts the entries, so that those of one moment keep their order. */
  readonly count: number
  readonly entry: T
}

const isBefore = <T>(one: Planned<T>, other: Planned<T>): boolean =>
  one.at < other.at || (one.at === other.at && one.count < other.count)

/** Lets the last entry rise to its place in a binary heap. */
function rise<T>(heap: Planned<T>[]): void {
  const risen = heap.at(-1) as Planned<T>
  let place = heap.length - 1
  while (place > 0) {
    const above = (place - 1) >> 1
    const parent = heap[above] as Planned<T>
    if (isBefore(parent, risen)) break
    heap[place] = parent
    place = above
  }
  heap[place] = risen
}

/** Lets an entry sink from the top to its place. */
function sink<T>(heap: Planned<T>[], sunk: Planned<T>): void {
  let place = 0
  for (let below = 1; below < heap.length; below = 2 * place + 1) {
    const [left, right] = [heap[below] as Planned<T>, heap[below + 1]]
    const chosen = right !== undefined && isBefore(right, left) ? below + 1 : below
    if (isBefore(sunk, heap[chosen] as Planned<T>)) break
    heap[place] = heap[chosen] as Planned<T>
    place = chosen
  }
  heap[place] = sunk
}

export function createAgenda<T>(): Agenda<T> {
  let heap: Planned<T>[] = []
  let count = 0
  return {
    nextAt: () => heap[0]?.at,
    add(at, entry) {
      heap.push({ at, count: count++, entry })
      rise(heap)
    },
    take() {
      const first = heap[0]
      const last = heap.pop()
      if (last !== undefined && last !== first) sink(heap, last)
      return first?.entry
    },
    keep(isKept) {
      const kept = heap.filter(({ entry, at }) => isKept(entry, at))
      if (kept.length === heap.length) return
      heap = []
      for (const planned of kept) {
        heap.push(planned)
        rise(heap)
      }
    },
    shift(by) {
      heap = heap.map((planned) => ({ ...planned, at: planned.at + by }))
    },
  }
}
