/**
 * What a transport is to the reading room: somewhere to send events, which says when it can take no more. Each way of
 * listening has a thin foot of its own.
 */
import type { Refusal } from "@doorstream/contract"
import type { Cursor } from "../core/cursor.js"
import type { Batch, Form } from "./outgoing.js"

export interface Foot {
  /** How events are put for this foot. */
  readonly form: Form
  send(batch: Batch): void
  /**
   * Sends what is no event: `invalidToken`, `stream.*`.
   *
   * @param cursor where to read on, once this was heard
   */
  say(name: string, body: object, cursor?: Cursor): void
  /** Counts what is said past this foot, such as an acknowledgement, in messages of usual size. */
  note(messages: number): void
  /** More was sent than the peer has taken so far, by a bound that keeps memory small. */
  congested(): boolean
  /** Everything that there was to read was sent; what comes now is new. */
  caughtUp?(): void
  /** Resolves when the peer has taken what was sent, or is gone. */
  drained(): Promise<void>
  /** It may hear nothing any more: it is told why, and that is the last. What still waits for it is not for it. */
  refuse(refusal: Refusal): void
  /** @param atOnce lets go of what waits, which the peer does not take */
  close(atOnce?: boolean): void
}
