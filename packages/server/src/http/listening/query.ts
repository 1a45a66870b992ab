/** What is asked of listening in a URL: topics, where to begin, how much and how long. It must not know the log. */
import { refuse, type Filter, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import type { PullAsked } from "../../core/listening.js"
import type { Milliseconds } from "../../core/ports.js"

export interface Subscription {
  readonly topics: readonly string[] | undefined
  readonly after: string | undefined
  readonly every: number | undefined
  readonly ahead: number | undefined
  readonly filter: Filter | undefined
  /** As it was said: the reading room says what that means. */
  readonly state: unknown
}

const second: Milliseconds = 1000

const limitUnlessTold = 100
const mostEvents = 1000
const longestWait = 60

/** Words stand behind each other with commas between, or each in a parameter of its own. */
const wordsIn = (c: Context, name: string): readonly string[] | undefined =>
  c.req
    .queries(name)
    ?.flatMap((words) => words.split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "")

/**
 * A name would promise that the server keeps where this listener is, which it does for those who cannot keep it
 * themselves (PROTOCOL §20.20): whoever asks here has a cursor in each event.
 */
export const refuseName = (c: Context): Refusal | undefined =>
  c.req.query("listener") === undefined
    ? undefined
    : refuse("request_invalid", "listener is for Socket.IO and WebSockets: here, come back with the cursor.")

/** A list that is there and names nothing stays there: whoever made it has no filter in mind that lets all through. */
export function filterIn(c: Context): Filter | undefined {
  const lists = {
    cloudNodes: wordsIn(c, "cloudNode"),
    devices: wordsIn(c, "device"),
    holders: wordsIn(c, "holder"),
  }
  const told = Object.entries(lists).filter(([, words]) => words !== undefined)
  return told.length === 0 ? undefined : Object.fromEntries(told)
}

const stateIn = (c: Context): unknown => {
  const said = c.req.query("state")
  return said === "true" ? true : said === "false" ? undefined : said
}

/** An empty `after`, as scripts send that have no cursor yet, is as good as none. */
export function subscriptionIn(c: Context): Subscription {
  const [every, ahead] = [c.req.query("every"), c.req.query("ahead")]
  return {
    topics: wordsIn(c, "topics"),
    after: c.req.query("after") || undefined,
    every: every === undefined ? undefined : Number(every),
    ahead: ahead === undefined ? undefined : Number(ahead),
    filter: filterIn(c),
    state: stateIn(c),
  }
}

function readWhole(c: Context, name: string, otherwise: number, from: number, to: number): number | Refusal {
  const text = c.req.query(name) ?? String(otherwise)
  const value = Number(text)
  return /^\d{1,9}$/.test(text) && value >= from && value <= to
    ? value
    : refuse("request_invalid", `${name} is a whole number from ${from} to ${to}.`)
}

/** Whether each event is told with when the server received it. */
function readReceived(c: Context): boolean | Refusal {
  const said = c.req.query("received") ?? "false"
  return said === "true" || said === "false"
    ? said === "true"
    : refuse("request_invalid", "received is true or false.")
}

/** How many events are answered and how, and how long it is waited for one. */
export function readBounds(c: Context): Pick<PullAsked, "limit" | "wait" | "received"> | Refusal {
  const limit = readWhole(c, "limit", limitUnlessTold, 1, mostEvents)
  if (typeof limit !== "number") return limit
  const wait = readWhole(c, "wait", 0, 0, longestWait)
  if (typeof wait !== "number") return wait
  const received = readReceived(c)
  return typeof received === "boolean" ? { limit, wait: wait * second, received } : received
}
