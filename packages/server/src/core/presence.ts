/**
 * Whether a cloud node is there, as listeners are told. One that is gone is missed only when nothing was heard of it for
 * a while, so that a blink of the network or a restart of the server tells nobody anything. PROTOCOL §16.
 */
import type { Milliseconds, SystemId } from "./ports.js"

/**
 * Tells that a cloud node has come or gone, and keeps that it was told, in one write. Nothing is told of one that has no
 * panel any more.
 *
 * @param at when that was, in milliseconds since 1970
 */
export type TellPresence = (
  system: SystemId,
  cloudNodeId: string,
  connected: boolean,
  at: Milliseconds,
) => Promise<void>

/** How it stands with one cloud node. Times are by a clock that is never put back. */
export interface Standing {
  /** Listeners were told last that it is there. */
  readonly isTold: boolean
  /** It has a link. */
  readonly isThere: boolean
  /** When it was heard last, of one that has no link. */
  readonly heard: Milliseconds
}

export type PresenceHappened =
  | { readonly what: "came" }
  /** Its link is gone; it was heard last at this time. */
  | { readonly what: "went"; readonly heard: Milliseconds }
  | { readonly what: "look" }

export interface PresenceDecided {
  readonly standing: Standing
  /** What listeners are to be told, and since when that is so. */
  readonly say?: { readonly connected: boolean; readonly at: Milliseconds }
  /** When to look again; there is no need unless told. */
  readonly lookAt?: Milliseconds
}

/** A cloud node that was told to be there by a server that has ended since: it has its time to come back. */
export const standingAfterStart = (now: Milliseconds): Standing => ({
  isTold: true,
  isThere: false,
  heard: now,
})

const met = (standing: Standing, happened: PresenceHappened): Standing => {
  if (happened.what === "came") return { ...standing, isThere: true }
  if (happened.what === "went") return { ...standing, isThere: false, heard: happened.heard }
  return standing
}

/**
 * @param silence for how long nothing may be heard of a cloud node before it is told to be gone
 */
export function decidePresence(
  before: Standing,
  happened: PresenceHappened,
  now: Milliseconds,
  silence: Milliseconds,
): PresenceDecided {
  const standing = met(before, happened)
  if (standing.isThere)
    return standing.isTold
      ? { standing }
      : { standing: { ...standing, isTold: true }, say: { connected: true, at: now } }
  if (!standing.isTold) return { standing }
  const missedAt = standing.heard + silence
  if (now < missedAt) return { standing, lookAt: missedAt }
  return { standing: { ...standing, isTold: false }, say: { connected: false, at: standing.heard } }
}
