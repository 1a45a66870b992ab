/** The messages between a listener and the server, by name and shape. The names are the specification's. */
import type { Refusal } from "./refusals.js"
import type { TopicName } from "./topics/index.js"

/** What a listener sends. */
export const subscribeIsolated = "subscribeIsolated"
export const unsubscribeIsolated = "unsubscribeIsolated"
export const renewedToken = "renewedToken"

/** What the server sends beside events. */
export const invalidToken = "invalidToken"
export const streamRefused = "stream.refused"
export const streamGap = "stream.gap"
export const streamPosition = "stream.position"
export const streamState = "stream.state"
export const streamTokenExpiring = "stream.token.expiring"
export const streamListenerSilent = "stream.listener.silent"
export const streamListenerBack = "stream.listener.back"

/** What is subscribed like a topic, by its own name, and is no event of the log. `*` does not mean these. */
export const controlTopics = [streamPosition, streamTokenExpiring, streamListenerSilent] as const
export type ControlTopic = (typeof controlTopics)[number]

export const isControlTopic = (word: unknown): word is ControlTopic =>
  (controlTopics as readonly unknown[]).includes(word)

/**
 * What events must be about to be heard, by ids or externalIds: one of each list that is there. An event that is about
 * no device is never about one of `devices`, and so on.
 */
export interface Filter {
  readonly cloudNodes?: readonly string[]
  readonly devices?: readonly string[]
  readonly holders?: readonly string[]
}

/** What became of a subscription: all that is heard now, and what was refused. */
export interface SubscriptionAnswer {
  readonly topics: readonly (TopicName | ControlTopic)[]
  readonly refused: readonly RefusedTopic[]
  /** Where reading begins, or has come to: to read on from there misses nothing. Not there before it began. */
  readonly cursor?: string
  /** What is gone before that; it comes as `stream.gap`, too. */
  readonly gap?: Gap
}

/** The token in use expires soon: a renewal now costs nothing. Asked for as a topic, with `ahead`. */
export interface StreamTokenExpiring {
  /** When it expires, in milliseconds since 1970. */
  readonly expiresAt: number
}

/** A named listener that must hear does not: it is not there, or it is owed events and does not take them. */
export interface StreamListenerSilent {
  readonly listener: string
  /** The API client whose name it is. */
  readonly client: string
  readonly reason: "absent" | "behind"
  /** Since when that is so, in milliseconds since 1970. */
  readonly since: number
}

/** And now it hears again, and has heard everything. */
export interface StreamListenerBack {
  readonly listener: string
  readonly client: string
  /** Since when, in milliseconds since 1970. */
  readonly time: number
}

/** Everything before this cursor that is subscribed was delivered. Asked for as a topic, with `every`. */
export interface StreamPosition {
  readonly cursor: string
  /** When that was so, by the server's clock, in milliseconds since 1970. */
  readonly time: number
}

/** A topic that was refused; `topic` is null where it was no text. */
export interface RefusedTopic extends Refusal {
  readonly topic: string | null
}

/** Why an event was withheld: the token has expired, or the one sent for its renewal was refused. */
export interface InvalidToken {
  readonly reason: string
  /** When the token in use expires or expired, in milliseconds since 1970. */
  readonly expiredAt: number
}

/**
 * Events that a listener was owed and that are no longer kept, by their positions in the log, both included. Where the
 * reason is `epoch`, the listener comes from another log, one that was restored or wiped: `from`, `to` and `count` are of
 * the log that is there now, from its very beginning (`count` 0 where all of it is kept), and nobody can tell what else
 * was missed. Where it is `scope`, they are kept, but a renewed token no longer grants them.
 */
export interface Gap {
  readonly from: number
  readonly to: number
  /**
   * How many are gone: of all topics where the log's beginning is gone, of the subscribed ones where a topic is kept for
   * a shorter time than others, and of those that the token before would have shown where it is for its scope.
   */
  readonly count: number
  readonly reason: "retention" | "epoch" | "scope"
}
