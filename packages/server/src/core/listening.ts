/**
 * Listening over plain HTTP: what REST's routes and the reading room are to each other. It must not know how a stream is
 * written down, nor how the log is read.
 */
import type { Gap, Refusal } from "@doorstream/contract"
import type { Later } from "./allowance.js"
import type { Milliseconds, Verified } from "./ports.js"

/** What somebody asks to hear. */
export interface Asked<Request extends object = object> {
  /** What asked: its connection is counted by it. */
  readonly request: Request
  /** Says when whoever asked is gone. */
  readonly over: { readonly destroyed: boolean; once(event: "close", heard: () => void): unknown }
  readonly token: Verified
  /** As a listener's message asks for it: `topics`, `after`, `every`. */
  readonly subscription: object
}

/** Where a stream goes, such as an answer of node's HTTP server. */
export interface Peer {
  write(piece: Uint8Array | string): unknown
  end(): unknown
  destroy(): unknown
  on(event: "drain" | "close" | "timeout", heard: () => void): unknown
  /** "timeout" is said when for so long nothing was written, read or taken; never where it is 0. */
  setTimeout(milliseconds: number): unknown
  /** How many bytes wait because the peer has not taken those before. */
  readonly writableLength: number
  /** Whether "drain" is going to be said. */
  readonly writableNeedDrain: boolean
}

export interface PullAsked<Request extends object = object> extends Asked<Request> {
  /** The most events that are answered. */
  readonly limit: number
  /** How long it is waited for an event where there is none yet. */
  readonly wait: Milliseconds
  /** Whether it is told of each event when the server received it. */
  readonly received: boolean
}

/** What was heard, and the cursor after which there may be more. */
export interface Pulled {
  /** In order, each as JSON: `{cursor, topic, event}`, and `received` where that was asked for. */
  readonly events: readonly string[]
  readonly cursor: string
  /** What is gone, where that is told instead of events. The cursor is where to start over then. */
  readonly gap?: Gap
}

export interface ListenOverHttp<Request extends object = object> {
  /**
   * Streams until one of both ends it; answers why not.
   *
   * @param open begins the answer, once it is sure that there is a stream
   */
  stream(asked: Asked<Request>, open: () => Peer): Promise<Refusal | Later | undefined>
  pull(asked: PullAsked<Request>): Promise<Pulled | Refusal | Later>
}
