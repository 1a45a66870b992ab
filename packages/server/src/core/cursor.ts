/**
 * Where somebody reads a log, as text to be handed out and taken back: a cursor, and the other words for where reading
 * begins. It must not know the log. PROTOCOL §20.
 */
import { refuse, type Gap, type Refusal } from "@doorstream/contract"
import type { Extent, Milliseconds, Position } from "./ports.js"

/** The last position that was delivered, of the log with this epoch; reading goes on after it. 0: before the first. */
export interface ReadUpTo {
  readonly epoch: string
  readonly position: Position
}

/** That as text. Whoever has one keeps it and hands it back, and reads nothing into it. */
export type Cursor = string

/** What reading begins after. `time` is by the server's clock; `last` counts events of the topics asked for. */
export type After =
  | "earliest"
  | { readonly cursor: ReadUpTo }
  | { readonly time: Milliseconds }
  | { readonly last: number }

/** Where reading begins in the log that is there: after `position`, and what is to be told before that. */
export interface Start {
  readonly position: Position
  readonly gap?: Gap
}

/** The most events that can be asked for by `last`. */
const mostLast = 10_000

/** The 1 is the version of the form. */
const form = /^1\.([\w-]{1,64})\.(0|[1-9a-z][\da-z]{0,10})$/

export const writeCursor = ({ epoch, position }: ReadUpTo): Cursor => `1.${epoch}.${position.toString(36)}`

export function readCursor(text: unknown): ReadUpTo | Refusal {
  const [, epoch, digits] = (typeof text === "string" && form.exec(text)) || []
  const position = parseInt(digits ?? "", 36)
  return epoch !== undefined && Number.isSafeInteger(position)
    ? { epoch, position }
    : refuse("cursor_malformed")
}

const isWhole = (value: unknown, from: number, to: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to

function readTimeOrLast(name: unknown, value: unknown): After | Refusal {
  if (name === "time" && isWhole(value, 0, Number.MAX_SAFE_INTEGER)) return { time: value }
  if (name === "last" && isWhole(value, 1, mostLast)) return { last: value }
  return refuse("after_invalid")
}

/**
 * Reads what somebody says that reading is to begin after: a cursor, `earliest`, `{time}` or `{last}`; in a URL
 * `time:1719356407640` or `last:100`.
 *
 * @example readAfter("last:100") // { last: 100 }
 */
export function readAfter(value: unknown): After | Refusal {
  if (value === "earliest") return value
  if (typeof value === "string") {
    const [, name, said = ""] = /^(time|last):(.*)$/s.exec(value) ?? []
    if (name !== undefined) return readTimeOrLast(name, /^\d{1,16}$/.test(said) ? Number(said) : said)
    const cursor = readCursor(value)
    return "code" in cursor ? cursor : { cursor }
  }
  if (typeof value !== "object" || value === null) return refuse("after_invalid")
  const [only, ...others] = Object.entries(value as Record<string, unknown>)
  return only === undefined || others.length > 0 ? refuse("after_invalid") : readTimeOrLast(...only)
}

/** Reading begins at the oldest event that is kept, and what was before it is told. */
export const startAfterGap = ({ first }: Extent, from: Position, reason: Gap["reason"]): Start => ({
  position: first - 1,
  gap: { from, to: first - 1, count: first - from, reason },
})

/** Where reading goes on for somebody who comes with a cursor to a log as it stands. */
export function startAtCursor({ epoch, position }: ReadUpTo, extent: Extent): Start | Refusal {
  // Positions of two logs cannot be compared: all that can be told is what of this one is gone.
  if (epoch !== extent.epoch) return startAfterGap(extent, 1, "epoch")
  if (position > extent.last) return refuse("cursor_ahead")
  return position < extent.first - 1 ? startAfterGap(extent, position + 1, "retention") : { position }
}
