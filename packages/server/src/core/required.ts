/**
 * Listeners that must hear: which names are watched, and when one of them counts as silent. Pure: what is seen of it and
 * the time go in, what to tell comes out. It must not know connections, nor how a peer shows that it is there.
 * PROTOCOL §25.
 */
import { refuse, type Refusal, type StreamListenerSilent } from "@doorstream/contract"
import type { ListenerName } from "./names.js"
import type { Milliseconds } from "./ports.js"

/** A name whose listener must hear. */
export interface RequiredListener extends ListenerName {
  /** For how long it may be absent or behind. */
  readonly within: Milliseconds
}

/** Keeps which listeners must hear. Reads are answered from memory; changes resolve once they are flushed to disk. */
export interface RequiredListeners {
  find(of: ListenerName): RequiredListener | undefined
  /** In the order of their names. */
  list(): readonly RequiredListener[]
  require(listener: RequiredListener): Promise<void>
  /** Resolves with whether it was required. */
  unrequire(of: ListenerName): Promise<boolean>
}

/** What can be seen of a listener that is connected. */
export interface Seen {
  /** It has topics. A connection that has subscribed to nothing hears nothing. */
  readonly hasSubscribed: boolean
  /** When it showed last that it is there, where it does not answer now; null where it does. */
  readonly quietSince: Milliseconds | null
  /** Events wait for it, or a token that it must renew. */
  readonly isBehind: boolean
}

/** What is known of one that is watched. */
export interface Watched {
  readonly trouble: Pick<StreamListenerSilent, "reason" | "since"> | null
  /** It was told to be silent. */
  readonly isSilent: boolean
}

/** Nothing is known yet: it has its time to come. */
export const unwatched: Watched = { trouble: null, isSilent: false }

function troubleIn(seen: Seen | undefined, now: Milliseconds): Watched["trouble"] {
  if (seen === undefined || !seen.hasSubscribed) return { reason: "absent", since: now }
  if (seen.quietSince !== null) return { reason: "absent", since: seen.quietSince }
  return seen.isBehind ? { reason: "behind", since: now } : null
}

/**
 * @param seen undefined where no connection has its name
 * @returns how it stands, and what is to be told, if anything
 */
export function watch(
  { trouble: before, isSilent }: Watched,
  seen: Seen | undefined,
  within: Milliseconds,
  now: Milliseconds,
): { readonly watched: Watched; readonly tell?: "silent" | "back" } {
  const found = troubleIn(seen, now)
  if (found === null)
    return { watched: unwatched, ...(isSilent ? { tell: "back" as const } : {}) }
  // One kind of trouble after the other is trouble for as long as both.
  const trouble = { ...found, since: Math.min(found.since, before?.since ?? Infinity) }
  if (isSilent || now - trouble.since < within) return { watched: { trouble, isSilent } }
  return { watched: { trouble, isSilent: true }, tell: "silent" }
}

const [shortest, longest]: [Milliseconds, Milliseconds] = [1000, 86_400_000]

/** Reads for how long a listener may be absent or behind. */
export const readWithin = (value: unknown): Milliseconds | Refusal =>
  Number.isSafeInteger(value) && Number(value) >= shortest && Number(value) <= longest
    ? Number(value)
    : refuse("request_invalid", "within is a whole number of milliseconds, from 1000 to 86400000.")
