/**
 * The states of all systems: each is followed from the first time that something happens there, or somebody asks, and is
 * kept now and then, so that neither a restart nor retention loses it. It must not know who asks, nor where it is kept.
 */
import type { Log, Milliseconds, SystemId } from "../core/ports.js"
import type { StateBook } from "../core/state-book.js"
import type { StateStore } from "../core/states.js"
import { followState, type Followed } from "./following.js"

export interface States {
  /** Follows a system from now on. */
  touch(system: SystemId): void
  /** A system's state; resolves once all that its log has was folded. It changes as things happen. */
  of(system: SystemId): Promise<Pick<Followed, "epoch"> & { readonly book: StateBook }>
  /** Keeps what has changed, and forgets what there is no more. */
  sweep(): Promise<void>
  /** Resolves once all is kept. */
  close(): Promise<void>
}

interface StatesParts {
  readonly log: Pick<Log, "extent" | "follow" | "read">
  readonly store: StateStore
  /** Whether there is no such system any more. */
  readonly isGone: (system: SystemId) => boolean
  /** Whether there is no such door any more. */
  readonly isDoorGone: (system: SystemId, id: string) => boolean
  /** How often what has changed is kept; it need not be often, because the log has what comes after it. */
  readonly keepEvery: Milliseconds
  readonly fault: (fault: unknown, what: string) => void
}

/** Writes what has changed of a system since it was written last. */
async function keep({ system, epoch, book }: Followed, store: StateStore): Promise<void> {
  const changed = book.takeChanged()
  try {
    await store.write({ system, epoch, position: book.position }, changed)
  } catch (failure) {
    book.giveBack(changed)
    throw failure
  }
}

export function openStates(parts: StatesParts): States {
  const { store, isGone, isDoorGone, keepEvery, fault } = parts
  const opening = new Map<SystemId, Promise<Followed>>()
  const followed = new Map<SystemId, Followed>()
  /** Up to where each is kept. */
  const kept = new Map<SystemId, number>()
  let isOver = false

  const of = (system: SystemId): Promise<Followed> => {
    const known = opening.get(system)
    if (known !== undefined) return known
    const begun = followState(system, { ...parts, isOver: () => isOver }).then((each) => {
      followed.set(system, each)
      return each
    })
    opening.set(system, begun)
    begun.catch(() => opening.delete(system))
    return begun
  }
  const keepAll = async (): Promise<void> => {
    for (const each of followed.values()) {
      const { system, book } = each
      const { position } = book
      if (kept.get(system) === position) continue
      await keep(each, store)
      kept.set(system, position)
    }
  }
  /** One after the other: the head of an earlier one must not be written after that of a later one. */
  let keeping: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const turn = keeping.then(work)
    keeping = turn.catch(() => undefined)
    return turn
  }
  const forget = async (system: SystemId): Promise<void> => {
    followed.get(system)?.stop()
    followed.delete(system)
    opening.delete(system)
    await store.forget(system)
  }
  const sweep = async (): Promise<void> => {
    for (const { system, book } of followed.values())
      for (const { id } of book.state.doors) if (isDoorGone(system, id)) book.drop(id)
    for (const system of new Set([...followed.keys(), ...store.systems()]))
      if (isGone(system)) await forget(system)
    await keepAll()
  }
  const timer = setInterval(() => {
    inTurn(keepAll).catch((failure: unknown) => fault(failure, "keeping the states of doors"))
  }, keepEvery).unref()

  return {
    of,
    touch(system) {
      if (!opening.has(system) && !isOver)
        of(system).catch((failure: unknown) => fault(failure, "folding the state of doors"))
    },
    sweep: () => inTurn(sweep),
    async close() {
      isOver = true
      clearInterval(timer)
      await Promise.allSettled(opening.values())
      for (const { stop } of followed.values()) stop()
      await inTurn(keepAll)
    },
  }
}
