/**
 * The listeners of one system that are up to date. Those with the same topics stand together: what is new is made ready
 * once, and handed to all of them as one piece. It must not know tokens or transports.
 */
import type { TopicName } from "@doorstream/contract"
import type { Log, Position, Row, SystemId } from "../core/ports.js"
import { batchOf, prepare, type Batch, type Outgoing } from "./outgoing.js"

/** A listener as the tail knows it. */
export interface TailListener {
  /** Every event's topic is among those it joined with. */
  hear(batch: Batch): void
}

export interface Tail {
  readonly system: SystemId
  /** The newest flushed position. */
  readonly last: Position
  join(listener: TailListener, topics: Iterable<TopicName>): void
  leave(listener: TailListener): void
}

/** Listeners with the same topics. */
interface Choir {
  readonly key: string
  readonly topics: ReadonlySet<TopicName>
  readonly listeners: Set<TailListener>
}

/** The most events in one piece: a listener that cannot take more is noticed between two. */
const mostTogether = 64

function openChoirs() {
  const byTopics = new Map<string, Choir>()
  const byListener = new Map<TailListener, Choir>()

  const leave = (listener: TailListener): void => {
    const choir = byListener.get(listener)
    if (choir === undefined) return
    byListener.delete(listener)
    choir.listeners.delete(listener)
    if (choir.listeners.size === 0) byTopics.delete(choir.key)
  }
  const join = (listener: TailListener, heard: Iterable<TopicName>): void => {
    leave(listener)
    const topics = new Set(heard)
    const key = [...topics].toSorted().join(" ")
    const choir = byTopics.get(key) ?? { key, topics, listeners: new Set<TailListener>() }
    byTopics.set(key, choir)
    byListener.set(listener, choir)
    choir.listeners.add(listener)
  }
  return { all: () => byTopics.values(), join, leave }
}

function makeTail(system: SystemId, heard: (row: Row) => void) {
  let last: Position = 0
  const choirs = openChoirs()

  const sing = (rows: readonly Row[]): void => {
    last = rows.at(-1)!.position
    const prepared = new Map<Row, Outgoing>()
    const ready = (row: Row): Outgoing => {
      const event = prepared.get(row) ?? prepare(row)
      prepared.set(row, event)
      return event
    }
    for (const { topics, listeners } of choirs.all()) {
      const [first, ...others] = rows.filter(({ topic }) => topics.has(topic)).map(ready)
      if (first === undefined) continue
      const batch = batchOf(first, ...others)
      for (const listener of listeners) listener.hear(batch)
    }
    for (const row of prepared.keys()) heard(row)
  }
  const hear = (rows: readonly Row[]): void => {
    for (let from = 0; from < rows.length; from += mostTogether) sing(rows.slice(from, from + mostTogether))
  }
  const tail: Tail = {
    system,
    get last() {
      return last
    },
    join: choirs.join,
    leave: choirs.leave,
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
