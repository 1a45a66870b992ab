/** What listening is asked for, and how that stands in the stream's address. It must not know how a stream is read. */
import type { Filter } from "@doorstream/contract"
import { addressOf, type Place } from "./address.js"
import { DoorstreamError, type Trouble } from "./errors.js"
import type { HeardGap } from "./heard.js"
import type { TokenSource } from "./tokens.js"
import type { Word } from "./topics.js"

/**
 * Where listening begins: after a cursor, with the oldest event that is kept, with what the server received at a time or
 * later (milliseconds since 1970, by its clock), or with the last so many events (1 to 10,000).
 */
export type After = "earliest" | { readonly time: number } | { readonly last: number } | (string & {})

/** Where a cursor is kept from one run to the next. What it throws is told, never swallowed. */
export interface CursorStore {
  /** The cursor that was kept last; nothing where there is none yet. */
  readonly load: () => string | null | undefined | Promise<string | null | undefined>
  /** Keeps a cursor instead of the one before. It is called again only when it is done. */
  readonly save: (cursor: string) => unknown
}

/** How it is tried again. */
export interface Reconnect {
  /** The shortest pause, in milliseconds; 500 unless told. Each pause is up to twice as long as the one before. */
  readonly least?: number
  /** The longest pause, in milliseconds; 30,000 unless told. */
  readonly most?: number
  /** How many times in a row it is tried in vain until listening ends with the error; for ever unless told. */
  readonly attempts?: number
}

export interface ListenSettings extends Place {
  /** A system token; or, for whoever listens for longer than a token lives, what fetches a fresh one. */
  readonly token: TokenSource
  /** What events must be about to be heard. */
  readonly filter?: Filter
  /** Where listening begins, unless the store has a cursor: with what is new unless told. */
  readonly after?: After
  /**
   * Begins with all doors and cloud nodes as they are, as `stream.state` in the loop, and goes on with what changes.
   * `listening.state` is kept current by the topics that are heard. It needs neither `after` nor `store`.
   */
  readonly state?: true
  /** Keeps the cursor of the last event that was dealt with, so that another run goes on after it. */
  readonly store?: CursorStore
  /** Ends listening: the loop ends as if there were no more events. */
  readonly signal?: AbortSignal
  /** Hears of events that are gone for good, in their place. Without it, and without `gaps`, it is a trouble. */
  readonly onGap?: (gap: HeardGap) => unknown
  /** `yield`: gaps come in the loop, as `stream.gap` among the topics. */
  readonly gaps?: "yield"
  /** Hears of what heals by itself. Without it, what does not heal at once is written by console.warn. */
  readonly onTrouble?: (trouble: Trouble) => unknown
  readonly reconnect?: Reconnect
  /** The server's heartbeat in milliseconds, 25,000 unless told: nothing for two and a half of them is a dead connection. */
  readonly heartbeat?: number
  /** How long the token function may take, in milliseconds; 30,000 unless told. */
  readonly tokenWithin?: number
}

/** The bounds in numbers. */
export const boundsOf = ({ reconnect = {}, heartbeat = 25_000, tokenWithin = 30_000 }: ListenSettings) => {
  const { least = 500, most = 30_000, attempts = Infinity } = reconnect
  for (const [name, value] of Object.entries({ least, most, attempts, heartbeat, tokenWithin }))
    if (!(value > 0)) throw new DoorstreamError("option_invalid", `The option ${name} must be more than 0.`)
  return { least, most, attempts, silence: heartbeat * 2.5, tokenWithin }
}

function afterText(after: After): string {
  if (typeof after === "string") return after
  if (typeof after === "object" && after !== null)
    if ("time" in after) return `time:${after.time}`
    else if ("last" in after) return `last:${after.last}`
  throw new DoorstreamError(
    "option_invalid",
    'The option after must be a cursor, "earliest", {time} or {last}.',
  )
}

/** The address of the stream. @throws DoorstreamError `url_invalid`, `option_invalid` */
export function streamAddress(settings: ListenSettings, topics: readonly Word[]): URL {
  if (!Array.isArray(topics) || topics.length === 0)
    throw new DoorstreamError("option_invalid", "The option topics must name at least one topic.")
  const { filter = {}, after, state, store } = settings
  if (state === true && (after !== undefined || store !== undefined))
    throw new DoorstreamError("option_invalid", "A state is of now: leave out after and store, or state.")
  const url = addressOf(settings, "stream")
  const lists = { topics, device: filter.devices, cloudNode: filter.cloudNodes, holder: filter.holders }
  for (const [name, list = []] of Object.entries(lists))
    for (const each of list) url.searchParams.append(name, each)
  if (after !== undefined) url.searchParams.set("after", afterText(after))
  if (state === true) url.searchParams.set("state", "true")
  return url
}
