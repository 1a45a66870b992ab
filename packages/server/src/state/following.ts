/**
 * Follows one system's log with its state: from what was kept, or else from the oldest event that is there, to what is
 * new. It must not know who asks for the state, nor when it is kept.
 */
import { emptyState } from "@doorstream/contract"
import type { Log, Position, ReadBounds, SystemId } from "../core/ports.js"
import { StateBook } from "../core/state-book.js"
import type { StateHead, StateStore } from "../core/states.js"

export interface Followed {
  readonly system: SystemId
  readonly epoch: string
  readonly book: StateBook
  stop(): void
}

interface Parts {
  readonly log: Pick<Log, "extent" | "follow" | "read">
  readonly store: Pick<StateStore, "read" | "forget">
  /** It is not needed any more before all was read. */
  readonly isOver: () => boolean
  /** Resolves when it is this one's turn to read: the states of many systems may be folded at once. */
  readonly turn: () => Promise<void>
  /** Hears of a log that takes a while, before and after, with how many events are left. */
  readonly told: (system: SystemId, left: number) => void
}

/** Small enough that a long log never holds the event loop for long. */
const bounds: ReadBounds = { rows: 256, milliseconds: 4 }

/** More events than these are told of. */
const many = 100_000

/** Turns one after the other, of which everything else has one between two. */
export function openTurns(): () => Promise<void> {
  let line = Promise.resolve()
  return () => (line = line.then(() => new Promise((resolve) => setImmediate(resolve))))
}

/**
 * What was kept, where the log goes on from there. What is of another log, or has events missing after it, is left: it
 * may not be so any more, and nobody could tell what of it.
 */
async function bookOf(system: SystemId, { log, store }: Parts): Promise<StateBook> {
  const { epoch, first, last } = await log.extent(system)
  const kept = store.read(system)
  if (kept !== undefined && isGood(kept.head, { epoch, first, last }))
    return new StateBook(kept.head.position, kept.state)
  if (kept !== undefined) await store.forget(system)
  return new StateBook(first - 1, emptyState)
}

const isGood = (
  head: StateHead,
  { epoch, first, last }: { readonly epoch: string; readonly first: Position; readonly last: Position },
): boolean => head.epoch === epoch && head.position <= last && head.position >= first - 1

/** Resolves once everything that is there was folded; what comes is folded as it comes from then on. */
export async function followState(system: SystemId, parts: Parts): Promise<Followed> {
  const { log, store, isOver, turn, told } = parts
  let book = await bookOf(system, parts)
  let isLive = false
  let newest: Position = 0
  const { last, stop } = await log.follow(system, (rows) => {
    newest = rows.at(-1)!.position
    if (isLive) for (const row of rows) book.hear(row)
  })
  newest = Math.max(newest, last)
  const isLong = newest - book.position > many
  if (isLong) told(system, newest - book.position)
  while (book.position < newest && !isOver()) {
    await turn()
    const { rows, next, first } = await log.read(system, book.position + 1, bounds)
    // Retention was faster: what was known before that may not be so any more.
    if (first > book.position + 1) {
      await store.forget(system)
      book = new StateBook(first - 1, emptyState)
    }
    for (const row of rows) book.hear(row)
    book.position = Math.max(book.position, next - 1)
  }
  if (isLong && !isOver()) told(system, 0)
  isLive = book.position >= newest
  const { epoch } = await log.extent(system)
  return { system, epoch, book, stop }
}
