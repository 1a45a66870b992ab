/** What is heard: the shapes that every topic's event shares, and what is told beside events. */
import type { EventOf, Gap, StreamState, TopicName } from "@doorstream/contract"

/**
 * What an event of a topic says: its `body`; or the whole event, where the specification gives it none (`cloudnode.connected`,
 * `cloudnode.disconnected`, `sync.*` and `liveEvent`).
 */
export type BodyOf<N extends TopicName> = EventOf<N> extends { readonly body: infer B } ? B : EventOf<N>

/** An event of one topic, as it is heard. */
export interface Heard<N extends TopicName> {
  readonly topic: N
  /** What it says. */
  readonly body: BodyOf<N>
  /** Whoever reads on after it hears everything that comes after this event. */
  readonly cursor: string
  /** The event as it came. */
  readonly event: EventOf<N>
}

/** Events that were missed and are no longer kept: nobody can have them any more. */
export interface HeardGap {
  readonly topic: "stream.gap"
  /** What is gone, and why. */
  readonly body: Gap
  readonly cursor: string
  /** The same as `body`: it comes as it is. */
  readonly event: Gap
}

/** All doors and cloud nodes as they are at this cursor; what comes after it is what changed since. */
export interface HeardState {
  readonly topic: "stream.state"
  readonly body: StreamState
  readonly cursor: string
  /** The same as `body`: it comes as it is. */
  readonly event: StreamState
}
