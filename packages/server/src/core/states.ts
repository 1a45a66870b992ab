/** The states of systems, as the rooms meet them: where they are kept, and who tells them. It must not know how. */
import type { StreamState, SystemState } from "@doorstream/contract"
import type { Position, SystemId } from "./ports.js"
import type { Changed } from "./state-book.js"
import type { Verified } from "./verified.js"
import type { Selection } from "./view.js"

/** Up to where a system's log was folded into the state that is kept. */
export interface StateHead {
  readonly system: SystemId
  /** Of the log. */
  readonly epoch: string
  readonly position: Position
}

/** Where states are kept. */
export interface StateStore {
  /** What is kept of a system. */
  read(system: SystemId): { readonly head: StateHead; readonly state: SystemState } | undefined
  /** The systems of which something is kept. */
  systems(): readonly SystemId[]
  /**
   * Writes what changed. Where the process ends amid that, the rest is folded again from the head that is there: doing so
   * over what is newer ends where it was.
   */
  write(head: StateHead, changed: Changed): Promise<void>
  /** Forgets all that is kept of a system. */
  forget(system: SystemId): Promise<void>
}

/** The state at a position of the log: what changes after it is not in it, and all else is. */
export interface StateNow {
  readonly position: Position
  readonly body: StreamState
}

/** Tells the state of a system as it is at this moment. */
export type TellState = (token: Verified, selection: Selection) => StateNow
