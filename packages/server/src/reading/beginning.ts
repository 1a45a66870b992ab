/**
 * Where a subscription begins that does not begin at what is new: looked for in the log, and with what is remembered under
 * a name. It must not know how a listener answers. PROTOCOL §20.
 */
import { isRefusal, type Refusal } from "@doorstream/contract"
import type { After } from "../core/cursor.js"
import * as decide from "../core/session.js"
import type { View } from "../core/view.js"
import type { Asked } from "./asked.js"
import type { Named } from "./named.js"
import type { Reading } from "./reading.js"
import type { Sight } from "./sight.js"
import { findStart } from "./start.js"
import type { Tail } from "./tail.js"

/** A listener as this file knows it. */
export interface Beginner {
  readonly session: decide.Session
  readonly isOpen: boolean
  readonly reading: Reading
  readonly tail: Tail
  readonly view: View
  readonly sight: Sight
}

/** What becomes of the session, which may be another by the time that this is known. */
export type Begun = (session: decide.Session) => decide.Session

const whereOf = ({ tail, reading, view }: Beginner) => ({ system: tail.system, log: reading.log, view })

/** The first topics of a listener are heard from after what it says. */
export async function beginAfter(
  after: After,
  { topics }: Asked,
  beginner: Beginner,
): Promise<Begun | Refusal> {
  const start = await findStart(after, { ...whereOf(beginner), topics })
  return isRefusal(start) ? start : (session) => decide.begin(session, topics, start)
}

/** A listener with a name goes on where it has proven to have heard, unless it says itself where it begins. */
export async function goOnAs(named: Named, read: Asked, beginner: Beginner): Promise<Begun | Refusal> {
  const { last } = beginner.tail
  const added = read.topics.filter((topic) => !beginner.session.topics.has(topic))
  const { topics, cursor } = named.recall(added, last)
  const after = read.after ?? (cursor && { cursor })
  const found = after && (await findStart(after, { ...whereOf(beginner), topics: added }))
  if (found !== undefined && isRefusal(found)) return found
  const start = found ?? { position: Math.min(last, ...topics.values()) }
  // A connection that is over must not keep what one that came after it has moved.
  const goOn: Begun = (session) => decide.goBack(session, heard, start, beginner.tail.last)
  const heard = read.after === undefined ? topics : new Map(added.map((topic) => [topic, start.position]))
  if (!beginner.isOpen) return goOn
  const refusal = await (read.after === undefined ? named.keep(heard) : named.keepFrom(start.position, heard))
  return refusal ?? goOn
}

/**
 * The first topics of a listener that is told the state are heard from after it. What was remembered under its name is
 * left, as if it had said itself where it begins.
 */
export async function beginWithState(
  { topics }: Asked,
  { reading, tail, sight }: Beginner,
  named: Named | undefined,
): Promise<Begun | Refusal> {
  const state = await reading.stateOf(tail.system)
  const position = tail.last
  const refusal = await named?.keepFrom(position, new Map(topics.map((topic) => [topic, position])))
  if (refusal !== undefined) return refusal
  return (session) => {
    sight.owe(state)
    return decide.begin(session, topics, { position: tail.last })
  }
}
