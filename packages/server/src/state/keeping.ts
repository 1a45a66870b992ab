/**
 * Keeps what was folded, one write after the other: the head of an earlier one must not be written after that of a later
 * one. It must not know how anything is folded.
 */
import type { Position, SystemId } from "../core/ports.js"
import type { StateStore } from "../core/states.js"
import type { Followed } from "./following.js"

export interface Keeping {
  /** Does something when what is being written is written. */
  inTurn(work: () => Promise<void>): Promise<void>
  /** Writes what has changed of everything that is followed. */
  keepAll(followed: Iterable<Followed>): Promise<void>
}

/** Writes what has changed of a system since it was written last. */
async function keep({ system, epoch, book }: Followed, store: Pick<StateStore, "write">): Promise<void> {
  const changed = book.takeChanged()
  try {
    await store.write({ system, epoch, position: book.position }, changed)
  } catch (failure) {
    book.giveBack(changed)
    throw failure
  }
}

export function openKeeping(store: Pick<StateStore, "write">): Keeping {
  /** Up to where each is kept. */
  const kept = new Map<SystemId, Position>()
  let turns: Promise<void> = Promise.resolve()
  return {
    inTurn(work) {
      const turn = turns.then(work)
      turns = turn.catch(() => undefined)
      return turn
    },
    async keepAll(followed) {
      for (const each of followed) {
        const { position } = each.book
        if (kept.get(each.system) === position) continue
        await keep(each, store)
        kept.set(each.system, position)
      }
    },
  }
}
