/**
 * The listeners of one system that are up to date: each new row is made ready once and given to all who subscribed to
 * its topic. It must not know tokens or transports.
 */
import type { TopicName } from "@doorstream/contract"
import type { Log, Position, Row, SystemId } from "../core/ports.js"
import { prepare, type Outgoing } from "./outgoing.js"

/** A listener as the tail knows it. */
export interface TailListener {
  /** The row's topic is among those it joined with. */
  hear(event: Outgoing): void
}

export interface Tail {
  readonly system: SystemId
  /** The newest flushed position. */
  readonly last: Position
  join(listener: TailListener, topics: Iterable<TopicName>): void
  leave(listener: TailListener): void
}

function makeTail(system: SystemId, heard: (row: Row) => void) {
  let last: Position = 0
  const byTopic = new Map<TopicName, Set<TailListener>>()

  const tail: Tail = {
    system,
    get last() {
      return last
    },
    join(listener, topics) {
      for (const topic of topics) {
        const listeners = byTopic.get(topic)
        if (listeners === undefined) byTopic.set(topic, new Set([listener]))
        else listeners.add(listener)
      }
    },
    leave(listener) {
      for (const listeners of byTopic.values()) listeners.delete(listener)
    },
  }

  const hear = (rows: readonly Row[]): void => {
    for (const row of rows) {
      last = row.position
      const listeners = byTopic.get(row.topic)
      if (listeners === undefined || listeners.size === 0) continue
      const event = prepare(row)
      for (const listener of listeners) listener.hear(event)
      heard(row)
    }
  }
  return { tail, hear, startAt: (position: Position) => (last = Math.max(last, position)) }
}

/**
 * Gives the tail of each system, following its log from the first time that it is asked for.
 *
 * @param heard hears of each row when all listeners have
 */
export function openTails(log: Log, heard: (row: Row) => void): (system: SystemId) => Promise<Tail> {
  const tails = new Map<SystemId, Promise<Tail>>()

  const open = async (system: SystemId): Promise<Tail> => {
    const { tail, hear, startAt } = makeTail(system, heard)
    startAt((await log.follow(system, hear)).last)
    return tail
  }
  return (system) => {
    const known = tails.get(system)
    if (known !== undefined) return known
    const opening = open(system)
    tails.set(system, opening)
    opening.catch(() => tails.delete(system))
    return opening
  }
}
