/**
 * Listeners that must hear: which names are watched, and when one of them counts as silent. Pure: what is seen of it and
 * the time go in, what to tell comes out. It must not know connections, nor how a peer shows that it is there.
 * PROTOCOL §25.
 */
import { refuse, type Refusal, type StreamListenerSilent } from "@doorstream/contract"
import type { ListenerName } from "./names.js"
import type { Milliseconds, Position } from "./ports.js"

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
  /** Up to where it was given what it is to hear, and the newest position that there is. */
  readonly deliveredTo: Position
  readonly last: Position
  /** It hears nothing at all until it renews its token. */
  readonly isDeaf: boolean
}

/** The log had come to a position by then, and not all up to there is delivered. */
interface Mark {
  readonly position: Position
  readonly at: Milliseconds
}

/** What is known of one that is watched. */
export interface Watched {
  readonly trouble: Pick<StreamListenerSilent, "reason" | "since"> | null
  /** It was told to be silent. */
  readonly isSilent: boolean
  /** The oldest first. */
  readonly marks: readonly Mark[]
}

/** Nothing is known yet: it has its time to come. */
export const unwatched: Watched = { trouble: null, isSilent: false, marks: [] }

/** How many marks there are at most within the time that a listener has. */
const fineness = 16

/** Lets go of what was delivered, and marks what was not. */
function markOn(
  marks: readonly Mark[],
  { deliveredTo, last }: Seen,
  within: Milliseconds,
  now: Milliseconds,
) {
  const left = marks.filter(({ position }) => position > deliveredTo)
  const newest = left.at(-1)?.at ?? -Infinity
  // One that has waited for so long waits for good, as far as this is about.
  const isDue = now - newest >= within / fineness && left.length <= fineness
  return last > deliveredTo && isDue ? [...left, { position: last, at: now }] : left
}

/** No time that was noted is later than now: the clock may have been set back since. */
const notAfter = (now: Milliseconds, { trouble, marks, isSilent }: Watched): Watched => ({
  trouble: trouble && { ...trouble, since: Math.min(trouble.since, now) },
  isSilent,
  marks: marks.map(({ position, at }) => ({ position, at: Math.min(at, now) })),
})

function troubleIn(
  { trouble, marks }: Watched,
  seen: Seen | undefined,
  now: Milliseconds,
): Watched["trouble"] {
  // Whoever comes and goes without hearing anything has heard nothing since the first of it.
  const since = trouble?.since ?? now
  if (seen === undefined || !seen.hasSubscribed) return { reason: "absent", since }
  if (seen.quietSince !== null) return { reason: "absent", since: seen.quietSince }
  if (seen.isDeaf) return { reason: "behind", since }
  return marks[0] === undefined ? null : { reason: "behind", since: marks[0].at }
}

/** It is behind all the time, and yet what there was when it was looked at before has come. */
const isMoving = (before: Watched["trouble"], trouble: NonNullable<Watched["trouble"]>): boolean =>
  before?.reason === "behind" && trouble.reason === "behind" && trouble.since > before.since

/**
 * @param seen undefined where no connection has its name
 * @returns how it stands, and what is to be told, if anything
 */
export function watch(
  watchedBefore: Watched,
  seen: Seen | undefined,
  within: Milliseconds,
  now: Milliseconds,
): { readonly watched: Watched; readonly tell?: "silent" | "back" } {
  const before = notAfter(now, watchedBefore)
  const marks = seen === undefined ? before.marks : markOn(before.marks, seen, within, now)
  const trouble = troubleIn({ ...before, marks }, seen, now)
  const { isSilent } = before
  if (isSilent && (trouble === null || isMoving(before.trouble, trouble)))
    return { watched: { trouble, isSilent: false, marks }, tell: "back" }
  const isLate = trouble !== null && now - trouble.since >= within
  if (isSilent || !isLate) return { watched: { trouble, isSilent, marks } }
  return { watched: { trouble, isSilent: true, marks }, tell: "silent" }
}

const [shortest, longest]: [Milliseconds, Milliseconds] = [1000, 86_400_000]

/** Reads for how long a listener may be absent or behind. */
export const readWithin = (value: unknown): Milliseconds | Refusal =>
  Number.isSafeInteger(value) && Number(value) >= shortest && Number(value) <= longest
    ? Number(value)
    : refuse("request_invalid", "within is a whole number of milliseconds, from 1000 to 86400000.")
