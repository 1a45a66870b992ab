/**
 * Listeners with a name: up to where each has proven to have heard, kept for as long as it comes back. These are their
 * shapes and what they mean; it must not know where they are kept, nor how anything is proven. PROTOCOL §20.
 */
import { refuse, type Refusal, type TopicName } from "@doorstream/contract"
import type { Milliseconds, Position, SystemId } from "./ports.js"

/** Whose name it is: an API client has its names in each system for itself. */
export interface ListenerName {
  readonly system: SystemId
  readonly client: string
  readonly name: string
}

/** A named listener as it is kept: every event of its topics after its position is yet to be proven. */
export interface NamedListener extends ListenerName {
  readonly epoch: string
  /** Everything up to here was delivered. */
  readonly position: Position
  /** What it heard last, each topic from after the position at which it was subscribed. */
  readonly topics: Readonly<Partial<Record<TopicName, Position>>>
  /** When it was there last. */
  readonly seen: Milliseconds
}

/** Keeps named listeners. Reads are answered from memory. */
export interface Names {
  find(of: ListenerName): NamedListener | undefined
  /** The names in the order of their letters. */
  list(): readonly NamedListener[]
  /** Resolves once it is flushed to disk, or refuses it where its API client has too many of them. */
  keep(listener: NamedListener): Promise<Refusal | undefined>
  /** Keeps it within a second or so; many at once cost one write. */
  move(listener: NamedListener): void
  /** Forgets it, and resolves with whether it was there. */
  forget(of: ListenerName): Promise<boolean>
}

/** Reads a name as it stands in a URL or in `auth`; undefined where there is none. */
export function readListenerName(value: unknown): { readonly name: string | undefined } | Refusal {
  if (value === undefined || value === null) return { name: undefined }
  return typeof value === "string" && /^[\w.-]{1,64}$/.test(value)
    ? { name: value }
    : refuse("listener_name_invalid")
}

/** What a kept listener is to be told of a topic that it subscribes again, from after here; undefined for a new topic. */
export function heardUpTo(kept: NamedListener, topic: TopicName): Position | undefined {
  const since = kept.topics[topic]
  return since === undefined ? undefined : Math.max(since, kept.position)
}
