/**
 * Tells listeners ahead of time that their tokens expire: one timer for all of them, however many they are. It must not
 * know transports, nor what a token is good for. PROTOCOL §23.
 */
import type { Milliseconds } from "../core/ports.js"

/** A listener as this file knows it. */
export interface ExpiryListener {
  /** Its token expires soon. */
  hearExpiring(): void
}

export interface Expiries {
  /** It is told at this time, by the server's clock, and no longer at the one before. */
  join(listener: ExpiryListener, at: Milliseconds): void
  leave(listener: ExpiryListener): void
}

/** How finely times are told apart: everybody within is told together. */
const grain: Milliseconds = 250

/** As many are told before everybody else has a turn. */
const mostTogether = 256

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Who is told when: listeners by the grain of time in which they are. */
function openSlots() {
  const slots = new Map<number, Set<ExpiryListener>>()
  const slotOf = new Map<ExpiryListener, number>()
  return {
    slots,
    slotOf,
    add(listener: ExpiryListener, slot: number): void {
      const listeners = slots.get(slot) ?? new Set()
      slots.set(slot, listeners)
      listeners.add(listener)
      slotOf.set(listener, slot)
    },
    remove(listener: ExpiryListener): void {
      const slot = slotOf.get(listener)
      if (slot === undefined) return
      slotOf.delete(listener)
      const listeners = slots.get(slot)
      listeners?.delete(listener)
      if (listeners?.size === 0) slots.delete(slot)
    },
  }
}

export function openExpiries(now: () => Milliseconds): Expiries {
  const { slots, slotOf, add, remove } = openSlots()
  let timer: NodeJS.Timeout | undefined

  const leave = (listener: ExpiryListener): void => {
    remove(listener)
    if (slots.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
  const tell = async (slot: number): Promise<void> => {
    const all = [...(slots.get(slot) ?? [])]
    for (let from = 0; from < all.length; from += mostTogether) {
      for (const listener of all.slice(from, from + mostTogether)) {
        if (slotOf.get(listener) !== slot) continue
        leave(listener)
        listener.hearExpiring()
      }
      await othersTurn()
    }
  }
  const look = (): void => {
    const due = Math.floor(now() / grain)
    for (const slot of slots.keys()) if (slot <= due) void tell(slot)
  }
  return {
    leave,
    join: (listener, at) => {
      leave(listener)
      add(listener, Math.floor(at / grain))
      timer ??= setInterval(look, grain).unref()
    },
  }
}
