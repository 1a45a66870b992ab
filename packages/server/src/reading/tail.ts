/**
 * The listeners of one system that are up to date. Those with the same topics stand together: what is new is made ready
 * once, and handed to all of them as one piece. It must not know tokens or transports.
 */
import type { TopicName } from "@doorstream/contract"
import type { Log, Milliseconds, Position, Row, SystemId } from "../core/ports.js"
import type { View } from "../core/view.js"
import { openExpiries, type Expiries } from "./expiries.js"
import { openPositions, type Positions } from "./positions.js"
import { openSilences, type Silences } from "./silences.js"
import { openStands } from "./stands.js"
import { batchOf, type Batch, type Form, type Outgoing } from "./outgoing.js"

/** A listener as the tail knows it. */
export interface TailListener {
  /** How events are put for it; looked at when it joins. */
  readonly foot: { readonly form: Form }
  /** What of the log it is shown; looked at when it joins. */
  readonly view: View
  /** Every event's topic is among those it joined with. */
  hear(batch: Batch): void
}

export interface Tail {
  readonly system: SystemId
  /** Of the log. */
  readonly epoch: string
  /** The newest flushed position. */
  readonly last: Position
  join(listener: TailListener, topics: Iterable<TopicName>): void
  leave(listener: TailListener): void
  /** For those who want to hear how far they have read. */
  readonly positions: Positions
  /** For those who want to hear that their tokens expire. */
  readonly expiries: Expiries
  /** For those who want to hear who must hear and does not. */
  readonly silences: Silences
}

/** Listeners with the same topics, who see the same of them and hear it in the same form. */
interface Choir {
  readonly key: string
  readonly form: Form
  readonly view: View
  readonly topics: ReadonlySet<TopicName>
  readonly listeners: Set<TailListener>
}

interface TailParts {
  /** Hears of each row when all listeners have. */
  readonly heard: (row: Row) => void
  readonly now: () => Milliseconds
}

/** The most events in one piece: a listener that cannot take more is noticed between two. */
const mostTogether = 64

function openChoirs() {
  const byTopics = new Map<string, Choir>()
  const stands = openStands<Choir>()
  const byListener = new Map<TailListener, Choir>()

  const leave = (listener: TailListener): void => {
    const choir = byListener.get(listener)
    if (choir === undefined) return
    byListener.delete(listener)
    choir.listeners.delete(listener)
    if (choir.listeners.size > 0) return
    byTopics.delete(choir.key)
    stands.remove(choir)
  }
  const join = (listener: TailListener, heard: Iterable<TopicName>): void => {
    leave(listener)
    const topics = new Set(heard)
    const { foot, view } = listener
    const { form } = foot
    const key = [form.name, view.key, ...[...topics].toSorted()].join(" ")
    const choir = byTopics.get(key) ?? { key, form, view, topics, listeners: new Set<TailListener>() }
    if (!byTopics.has(key)) stands.add(choir)
    byTopics.set(key, choir)
    byListener.set(listener, choir)
    choir.listeners.add(listener)
  }
  return { meant: stands.meant, join, leave }
}

/** Rows made ready, each once for every form that it goes out in. */
function openPrepared() {
  const byForm = new Map<string, Map<Row, Outgoing>>()
  const rows = new Set<Row>()
  const ready = (form: Form, row: Row): Outgoing => {
    const prepared = byForm.get(form.name) ?? new Map<Row, Outgoing>()
    byForm.set(form.name, prepared)
    const event = prepared.get(row) ?? form.prepare(row)
    prepared.set(row, event)
    rows.add(row)
    return event
  }
  return { rows, ready }
}

function makeTail(system: SystemId, epoch: string, { heard, now }: TailParts) {
  let last: Position = 0
  const choirs = openChoirs()

  const sing = (rows: readonly Row[]): void => {
    last = rows.at(-1)!.position
    const prepared = openPrepared()
    for (const { form, view, topics, listeners } of choirs.meant(rows)) {
      const shown = rows.flatMap((row) => (topics.has(row.topic) ? (view.show(row) ?? []) : []))
      const [first, ...others] = shown.map((row) => prepared.ready(form, row))
      if (first === undefined) continue
      const batch = batchOf(first, ...others)
      for (const listener of listeners) listener.hear(batch)
    }
    for (const row of prepared.rows) heard(row)
  }
  const hear = (rows: readonly Row[]): void => {
    for (let from = 0; from < rows.length; from += mostTogether) sing(rows.slice(from, from + mostTogether))
  }
  const reached = {
    epoch,
    get last() {
      return last
    },
  }
  const tail: Tail = {
    system,
    epoch,
    get last() {
      return last
    },
    join: choirs.join,
    leave: choirs.leave,
    positions: openPositions(reached, now),
    expiries: openExpiries(now),
    silences: openSilences(now),
  }
  return { tail, hear, startAt: (position: Position) => (last = Math.max(last, position)) }
}

/** Gives the tail of each system, following its log from the first time that it is asked for. */
export function openTails(log: Log, parts: TailParts): (system: SystemId) => Promise<Tail> {
  const tails = new Map<SystemId, Promise<Tail>>()

  const open = async (system: SystemId): Promise<Tail> => {
    const { epoch } = await log.extent(system)
    const { tail, hear, startAt } = makeTail(system, epoch, parts)
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
