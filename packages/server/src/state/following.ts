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
}

/** Small enough that a long log never holds the event loop for long. */
const bounds: ReadBounds = { rows: 256, milliseconds: 4 }

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

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
  const { log, store, isOver } = parts
  let book = await bookOf(system, parts)
  let isLive = false
  let newest: Position = 0
  const { last, stop } = await log.follow(system, (rows) => {
    newest = rows.at(-1)!.position
    if (isLive) for (const row of rows) book.hear(row)
  })
  newest = Math.max(newest, last)
  while (book.position < newest && !isOver()) {
    const { rows, next, first } = await log.read(system, book.position + 1, bounds)
    // Retention was faster: what was known before that may not be so any more.
    if (first > book.position + 1) {
      await store.forget(system)
      book = new StateBook(first - 1, emptyState)
    }
    for (const row of rows) book.hear(row)
    book.position = Math.max(book.position, next - 1)
    if (book.position < newest) await othersTurn()
  }
  isLive = book.position >= newest
  const { epoch } = await log.extent(system)
  return { system, epoch, book, stop }
}
