/** What all listeners of the house share. */
import type { Log, Milliseconds } from "../core/ports.js"

export interface Reading {
  readonly log: Log
  readonly now: () => Milliseconds
  /** How often a listener that connected with an expired token is reminded, in milliseconds. */
  readonly reminderEvery: Milliseconds
  /** Tells of a fault, such as a log that cannot be read. */
  readonly fault: (error: unknown, what: string) => void
}
