/**
 * What a listener is told, and what it is owed: decided here from its token, its subscriptions and its position in the
 * log. Pure: a session and what happened go in, the next session and what to say come out. It must not know sockets,
 * clocks or how the log is read. PROTOCOL §3 to §5.
 */
import type { Gap, TopicName } from "@doorstream/contract"
import type { ListenerStanding } from "./connected.js"
import type { Start } from "./cursor.js"
import type { Milliseconds, Position } from "./ports.js"

/** A listener as it stands. Positions are those of its system's log. */
export interface Session {
  /** When the token in use expires. */
  readonly expiresAt: Milliseconds
  /**
   * The connection began with an expired token and has not renewed it yet. Such a listener is not told when something
   * happens, only now and then that its token is invalid.
   */
  readonly onProbation: boolean
  /** What is heard, each topic from after the position at which it was subscribed. */
  readonly topics: ReadonlyMap<TopicName, Position>
  /** The first position that was withheld for want of a valid token; reading goes back to it on renewal. */
  readonly owed: Position | null
  /** Where reading goes on for a listener that is behind; null for one at the tail. */
  readonly next: Position | null
  /** What is to be told before anything else is read. */
  readonly gap: Gap | null
  /** It has subscribed: where its reading began is settled. */
  readonly hasBegun: boolean
}

/** What to send in answer to one row: the event itself, `invalidToken` in its place, or nothing at all. */
export type Said = "event" | "invalidToken" | "nothing"

/** A listener that has just connected, with a token that may have expired within the grace. */
export const openSession = (expiresAt: Milliseconds, now: Milliseconds): Session => ({
  expiresAt,
  onProbation: now >= expiresAt,
  topics: new Map(),
  owed: null,
  next: null,
  gap: null,
  hasBegun: false,
})

/** Adds topics, heard from after `last`, the newest position there is. A topic that is heard already stays as it is. */
export function subscribe(session: Session, added: Iterable<TopicName>, last: Position): Session {
  const topics = new Map(session.topics)
  for (const topic of added) if (!topics.has(topic)) topics.set(topic, last)
  const owed = session.onProbation && session.owed === null ? last + 1 : session.owed
  return { ...session, topics, owed, hasBegun: session.hasBegun || topics.size > 0 }
}

/**
 * The first topics of a listener that says where its reading begins: it is behind from there, or on probation owed all
 * from there.
 */
export function begin(session: Session, added: Iterable<TopicName>, { position, gap }: Start): Session {
  const begun = subscribe(session, added, position)
  const next = session.onProbation ? null : position + 1
  return { ...begun, next, gap: gap ?? null }
}

/** All that is heard is heard from after a position: what was before that was told in another way. */
export const beginAnew = (session: Session, position: Position): Session => ({
  ...session,
  topics: new Map([...session.topics.keys()].map((topic) => [topic, position])),
  owed: null,
  next: position + 1,
  gap: null,
})

/**
 * Topics that are heard from positions in the past, each from its own: reading goes back to the earliest of them. What
 * was heard before is not heard again.
 */
export function goBack(
  session: Session,
  added: ReadonlyMap<TopicName, Position>,
  { position, gap }: Start,
  last: Position,
): Session {
  const delivered = deliveredTo(session, last)
  const topics = new Map([...session.topics].map(([topic, since]) => [topic, Math.max(since, delivered)]))
  for (const [topic, since] of added) topics.set(topic, Math.max(since, position))
  const from = Math.min(delivered, ...topics.values()) + 1
  const waits = session.onProbation || session.owed !== null
  const reads = waits ? { owed: from, next: null } : { next: from }
  return { ...session, ...reads, topics, gap: session.gap ?? gap ?? null, hasBegun: true }
}

/** The gap was told. */
export const toldGap = (session: Session): Session => ({ ...session, gap: null })

/** Takes topics away, from replays too. */
export function unsubscribe(session: Session, taken: Iterable<TopicName>): Session {
  const topics = new Map(session.topics)
  for (const topic of taken) topics.delete(topic)
  return { ...session, topics }
}

const hears = (session: Session, position: Position, topic: TopicName): boolean => {
  const since = session.topics.get(topic)
  return since !== undefined && position > since
}

/** The listener meets a row of the log, at the tail or behind it. Allocates nothing for a listener that may hear. */
export function meet(session: Session, position: Position, topic: TopicName, now: Milliseconds): Said {
  if (!hears(session, position, topic) || session.onProbation) return "nothing"
  return now < session.expiresAt ? "event" : "invalidToken"
}

/** Leaves the mark at an event that was withheld; the first mark stands. */
export const withhold = (session: Session, position: Position): Session =>
  session.owed === null ? { ...session, owed: position } : session

/** The listener cannot take more for now: it reads on by itself from `position`. */
export const fallBehind = (session: Session, position: Position): Session =>
  session.next === null ? { ...session, next: position } : session

/** A listener that is behind has read up to before `position`. */
export const readOn = (session: Session, position: Position): Session =>
  session.next === null ? session : { ...session, next: position }

/** Nothing is left to read: the listener is at the tail. */
export const catchUp = (session: Session): Session => ({ ...session, next: null })

/** Whether a listener that is behind must stop reading because its token has lapsed. */
export const mustPark = (session: Session, now: Milliseconds): boolean =>
  session.next !== null && now >= session.expiresAt

/** Parks a listener whose token lapsed while it was behind: what is left becomes owed, and it waits at the tail. */
export const park = (session: Session): Session =>
  session.next === null ? session : { ...session, owed: session.owed ?? session.next, next: null }

/** A good token came: what is owed is read from its mark on, then what is new. */
export const renew = (session: Session, expiresAt: Milliseconds): Session => ({
  ...session,
  expiresAt,
  onProbation: false,
  owed: null,
  next: session.owed ?? session.next,
})

/** Up to where all that is subscribed was delivered, with the newest position that there is. */
export const deliveredTo = ({ owed, next }: Session, last: Position): Position => {
  const from = Math.min(next ?? Infinity, owed ?? Infinity)
  return from === Infinity ? last : from - 1
}

/** Whether a listener may be told now what there is. */
export const mayHear = ({ onProbation, expiresAt }: Session, now: Milliseconds): boolean =>
  !onProbation && now < expiresAt

/** Whether it can be said now that nothing before the newest position is missing. */
export const lacksNothing = (session: Session, now: Milliseconds): boolean =>
  session.hasBegun && session.next === null && session.owed === null && now < session.expiresAt

/** What a listener that is behind can no longer read, because the log begins at `first` by now. */
export function lostBefore({ next, topics }: Session, first: Position): Gap | null {
  // Nothing is owed from before any topic was subscribed.
  const from = Math.max(next ?? Infinity, Math.min(...topics.values()) + 1)
  return from < first ? { from, to: first - 1, count: first - from, reason: "retention" } : null
}

/** Where a session reads, with the newest position that there is. */
export function standingOf(
  session: Session,
  last: Position,
): Omit<ListenerStanding, "connection" | "client" | "system" | "filtered"> {
  const { expiresAt, topics, owed, next } = session
  const position = deliveredTo(session, last)
  return {
    topics: topics.size,
    at: next !== null ? "behind" : owed !== null ? "waiting" : "tail",
    position,
    behind: last - position,
    owed,
    tokenExpires: expiresAt,
  }
}
