/** What all listeners of the house share. */
import type { Filter, Refusal } from "@doorstream/contract"
import type { Meter } from "../core/meter.js"
import type { Log, Milliseconds, SystemId, Verified } from "../core/ports.js"
import type { TellState } from "../core/states.js"
import type { Selection, View } from "../core/view.js"
import type { Tail } from "./tail.js"

export interface Reading {
  readonly log: Log
  /** The end of a system's log, one for all ways of listening. */
  readonly tailOf: (system: SystemId) => Promise<Tail>
  /** What a token lets somebody see of its system, with a filter where there is one. */
  readonly viewOf: (token: Verified, selection?: Selection) => View
  /** Why a token that was good is good for listening no more; asked again where time has passed since it was verified. */
  readonly objectionTo: (token: Verified) => Refusal | undefined
  /** What a filter means in a system, or why it means nothing. */
  readonly select: (filter: Filter | undefined, token: Verified) => Selection | Refusal
  /** Resolves once the state of a system is known. */
  readonly stateOf: (system: SystemId) => Promise<TellState>
  readonly meter: Meter
  readonly now: () => Milliseconds
  /** How often a listener that connected with an expired token is reminded, in milliseconds. */
  readonly reminderEvery: Milliseconds
  /** How long ahead of its token's expiry a listener is told that asks for it, unless it says. */
  readonly expiringAhead: Milliseconds
  /** The most topics that one message may name. */
  readonly topicsPerMessage: number
  /** How much one connection may say in the long run; Infinity sets no limit. */
  readonly messagesPerSecond: number
  /** The most that one listener is read from the log, in bytes a second; Infinity sets no limit. */
  readonly replayBytesPerSecond: number
  /** A listener that takes nothing of what waits for it for so long is let go of; Infinity never does. */
  readonly stuckAfter: Milliseconds
  /** Tells of a fault, such as a log that cannot be read. */
  readonly fault: (error: unknown, what: string) => void
}
