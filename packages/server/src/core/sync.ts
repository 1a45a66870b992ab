/**
 * How far a cloud node is with knowing what the registry knows: what has become of it in, what is told of it out. It must
 * not know what there is to know, nor how it gets there. PROTOCOL §18.
 */
import { refuse, type Refusal } from "@doorstream/contract"
import type { Milliseconds, Sync, SystemId } from "./ports.js"

export interface SyncDecided {
  readonly sync: Sync
  /** What listeners are to be told; nothing where that has not changed for them. */
  readonly say?: "Pending" | "Started" | "synced"
}

/**
 * Keeps what is decided of a cloud node's sync, and tells it in the same write; resolves with what is kept then.
 * `panel_unregistered` where the cloud node has no panel.
 */
export type TellSync = (
  system: SystemId,
  cloudNodeId: string,
  decide: (before: Sync | undefined) => SyncDecided | Refusal,
) => Promise<Sync | Refusal>

const pending = (before: Sync, timestamp: Milliseconds): SyncDecided =>
  before.status === "pending"
    ? { sync: before }
    : { sync: { ...before, status: "pending", timestamp }, say: "Pending" }

/** A cloud node of which it is not known what it knows. */
const unheardOf = (id: string, timestamp: Milliseconds): SyncDecided => ({
  sync: { id, status: "pending", timestamp },
  say: "Pending",
})

/** Something changes that it must know. What changes while that was told already is part of the same sync. */
export const meetChange = (before: Sync | undefined, id: string, now: Milliseconds): SyncDecided =>
  before === undefined ? unheardOf(id, now) : pending(before, now)

/**
 * It has come, and says which revision it has. It may have one that nobody here knows: of a server that was restored, or
 * of a cloud node that lost its own; then it is to be sent everything.
 */
export function meetNode(
  before: Sync | undefined,
  id: string,
  revision: string | undefined,
  now: Milliseconds,
): SyncDecided {
  if (before === undefined) return unheardOf(id, now)
  if (revision !== undefined && revision === before.known) return { sync: before }
  const { known: _, ...rest } = before
  // A cut came between the last part and `synced`.
  if (revision !== undefined && revision === before.sending) return { sync: { ...rest, known: revision } }
  return before.status === "synced" ? pending(rest, now) : { sync: rest }
}

/** It is being sent what is new. One that was broken off and begins anew is told once. */
export const begin = (before: Sync, revision: string, now: Milliseconds): SyncDecided =>
  before.status === "started"
    ? { sync: { ...before, sending: revision } }
    : { sync: { ...before, status: "started", timestamp: now, sending: revision }, say: "Started" }

/**
 * All its controllers have taken over what it was sent. What has changed since then is still to be sent.
 *
 * @returns `sync_unexpected` where it was sent another revision
 */
export function finish(before: Sync, revision: string, now: Milliseconds): SyncDecided | Refusal {
  if (revision !== before.sending) return refuse("sync_unexpected")
  const sync = { ...before, known: revision }
  return before.status === "started"
    ? { sync: { ...sync, status: "synced", timestamp: now }, say: "synced" }
    : { sync }
}
