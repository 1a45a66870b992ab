/**
 * Tells quiet listeners how far they have read, so that silence is proven: one timer for all who want to hear it equally
 * often, however many they are. It must not know transports. PROTOCOL §20.
 */
import type { StreamPosition } from "@doorstream/contract"
import { writeCursor } from "../core/cursor.js"
import type { Milliseconds } from "../core/ports.js"
import type { Tail } from "./tail.js"

/** A listener as this file knows it. */
export interface PositionListener {
  /** Tells it, where nothing before it is missing. */
  hearPosition(position: StreamPosition): void
}

/** As many are told before everybody else has a turn. */
const mostTogether = 256

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Pulse {
  readonly timer: NodeJS.Timeout
  readonly listeners: Set<PositionListener>
}

export interface Positions {
  /** It hears of its position this often, and no longer as often as before. */
  join(listener: PositionListener, every: Milliseconds): void
  leave(listener: PositionListener): void
}

export function openPositions(tail: Pick<Tail, "epoch" | "last">, now: () => Milliseconds): Positions {
  const pulses = new Map<Milliseconds, Pulse>()

  /** Each is told of the newest position at its turn: one that is older would be true as well, but of less use. */
  const tell = async (listeners: ReadonlySet<PositionListener>): Promise<void> => {
    const all = [...listeners]
    for (let from = 0; from < all.length; from += mostTogether) {
      const position = { cursor: writeCursor({ epoch: tail.epoch, position: tail.last }), time: now() }
      for (const listener of all.slice(from, from + mostTogether))
        if (listeners.has(listener)) listener.hearPosition(position)
      await othersTurn()
    }
  }
  const begin = (every: Milliseconds): Pulse => {
    const listeners = new Set<PositionListener>()
    const timer = setInterval(() => void tell(listeners), every)
    timer.unref()
    const pulse = { timer, listeners }
    pulses.set(every, pulse)
    return pulse
  }
  const leave = (listener: PositionListener): void => {
    for (const [every, { timer, listeners }] of pulses) {
      if (!listeners.delete(listener) || listeners.size > 0) continue
      clearInterval(timer)
      pulses.delete(every)
    }
  }
  return {
    leave,
    join: (listener, every) => {
      leave(listener)
      const { listeners } = pulses.get(every) ?? begin(every)
      listeners.add(listener)
    },
  }
}
