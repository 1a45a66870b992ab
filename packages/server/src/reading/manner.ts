/** How what is no event of the log is to be told: how often, and how long ahead. It must not know who asks. PROTOCOL §20, §23. */
import {
  refuse,
  streamPosition,
  streamTokenExpiring,
  type Refusal,
  type RefusalCode,
} from "@doorstream/contract"
import type { Milliseconds } from "../core/ports.js"

export interface Manner {
  /** How often `stream.position` is to be told. */
  readonly every?: Milliseconds
  /** How long before its token's expiry the listener is to be told of it, where that was said. */
  readonly ahead?: Milliseconds
}

/** How often `stream.position` comes, unless told. */
const everyUsually: Milliseconds = 10_000

const [shortest, longest]: [Milliseconds, Milliseconds] = [100, 3_600_000]

function readTime(time: unknown, code: RefusalCode): Milliseconds | undefined | Refusal {
  if (time === undefined || time === null) return undefined
  const isGood = Number.isSafeInteger(time) && Number(time) >= shortest && Number(time) <= longest
  return isGood ? Number(time) : refuse(code)
}

/** Reads it for those words that ask for such a thing, and why a word among them cannot be heard so. */
export function readManner(
  words: readonly unknown[],
  asked: { readonly every?: unknown; readonly ahead?: unknown },
) {
  const refused = new Map<unknown, Refusal>()
  let manner: Manner = {}
  if (words.includes(streamPosition)) {
    const every = readTime(asked.every, "interval_invalid") ?? everyUsually
    if (typeof every === "number") manner = { every }
    else refused.set(streamPosition, every)
  }
  if (words.includes(streamTokenExpiring)) {
    const ahead = readTime(asked.ahead, "ahead_invalid")
    if (typeof ahead === "number") manner = { ...manner, ahead }
    else if (ahead !== undefined) refused.set(streamTokenExpiring, ahead)
  }
  return { manner, refused }
}
