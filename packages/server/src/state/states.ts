/**
 * The states of all systems: each is followed from the first time that something happens there, or somebody asks, and is
 * kept now and then, so that neither a restart nor retention loses it. It must not know who asks, nor where it is kept.
 */
import type { Log, Milliseconds, SystemId } from "../core/ports.js"
import type { StateBook } from "../core/state-book.js"
import type { StateStore } from "../core/states.js"
import { followState, openTurns, type Followed } from "./following.js"
import { openKeeping } from "./keeping.js"

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
  /** Hears where folding a system takes a while, before and after, with how many events are left. */
  readonly told: (system: SystemId, left: number) => void
}

/** What is followed, or about to be. */
function openFollowing(parts: Pick<StatesParts, "log" | "store" | "told">, isOver: () => boolean) {
  const turn = openTurns()
  const opening = new Map<SystemId, Promise<Followed>>()
  const followed = new Map<SystemId, Followed>()
  return {
    followed,
    has: (system: SystemId): boolean => opening.has(system),
    settled: () => Promise.allSettled(opening.values()),
    of(system: SystemId): Promise<Followed> {
      const known = opening.get(system)
      if (known !== undefined) return known
      const begun = followState(system, { ...parts, isOver, turn }).then((each) => {
        followed.set(system, each)
        return each
      })
      opening.set(system, begun)
      begun.catch(() => opening.delete(system))
      return begun
    },
    leave(system: SystemId): void {
      followed.get(system)?.stop()
      followed.delete(system)
      opening.delete(system)
    },
  }
}

export function openStates(parts: StatesParts): States {
  const { store, isGone, isDoorGone, keepEvery, fault } = parts
  let isOver = false
  const following = openFollowing(parts, () => isOver)
  const { followed } = following
  const { inTurn, keepAll } = openKeeping(store)

  const keep = (): Promise<void> => keepAll(followed.values())
  const sweep = async (): Promise<void> => {
    for (const { system, book } of followed.values())
      for (const { id } of book.state.doors) if (isDoorGone(system, id)) book.drop(id)
    for (const system of new Set([...followed.keys(), ...store.systems()])) {
      if (!isGone(system)) continue
      following.leave(system)
      await store.forget(system)
    }
    await keep()
  }
  const timer = setInterval(() => {
    inTurn(keep).catch((failure: unknown) => fault(failure, "keeping the states of doors"))
  }, keepEvery).unref()

  return {
    of: following.of,
    touch(system) {
      if (!following.has(system) && !isOver)
        following.of(system).catch((failure: unknown) => fault(failure, "folding the state of doors"))
    },
    sweep: () => inTurn(sweep),
    async close() {
      isOver = true
      clearInterval(timer)
      await following.settled()
      for (const { stop } of followed.values()) stop()
      await inTurn(keep)
    },
  }
}
