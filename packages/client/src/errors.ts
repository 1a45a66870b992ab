/** What can go wrong for whoever listens, with a code for programs and a sentence for people. It must not know how it comes about. */
import type { RefusalCode } from "@doorstream/contract"

/** What the client itself says; all other codes are the server's (PROTOCOL, Refusals). */
export type ClientCode =
  /** `url` is no http or https address. */
  | "url_invalid"
  /** `after`, `topics` or another option is nothing that can be asked for. */
  | "option_invalid"
  /** The token function gave nothing that could be a token. */
  | "token_invalid"
  /** The token function has thrown or rejected. */
  | "token_failed"
  /** The token function has not answered in time. */
  | "token_slow"
  /** The token function gives a token that has expired already. */
  | "token_stale"
  /** There is no connection to the server, or it broke. */
  | "unreachable"
  /** Nothing came for two and a half heartbeats, not even a pulse. */
  | "silent"
  /** What answers is not the server: an HTML page of a proxy, say. */
  | "not_doorstream"
  /** The store has thrown. */
  | "store_failed"
  /** Events are gone that were not heard, and nobody asked to be told by `onGap` or `gaps: "yield"`. */
  | "gap"

/** A code of the server's, of this client's, or of a server that is newer than this client. */
export type Code = RefusalCode | ClientCode | (string & {})

export interface More {
  readonly status?: number | undefined
  /** In milliseconds: not before that it makes sense to come again. */
  readonly retryAfter?: number | undefined
  readonly cause?: unknown
}

/** Why listening, reporting or commanding has failed. */
export class DoorstreamError extends Error {
  override readonly name = "DoorstreamError"
  readonly code: Code
  /** The HTTP status, where there was an answer. */
  readonly status: number | undefined
  /** Milliseconds until it makes sense to ask again; undefined where nobody said. */
  readonly retryAfter: number | undefined

  constructor(code: Code, message: string, { status, retryAfter, cause }: More = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
    this.retryAfter = retryAfter
  }
}

/** What heals by itself, or is tried again: told while listening goes on. */
export interface Trouble {
  readonly error: DoorstreamError
  /** How many times in a row it was tried in vain. */
  readonly attempt: number
  /** After how many milliseconds it is tried again; undefined where nothing is. */
  readonly retryIn: number | undefined
}

/** The sentence of whatever was thrown: of its cause where it has one, because what fetch throws says nothing by itself. */
export const sentenceOf = (thrown: unknown): string => {
  const { cause, message } = thrown instanceof Error ? thrown : new Error(String(thrown))
  if (cause instanceof Error && cause.message !== "") return sentenceOf(cause)
  return /[.!?]$/.test(message) ? message : `${message}.`
}
