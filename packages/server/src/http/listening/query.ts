/** What is asked of listening in a URL: topics, where to begin, how much and how long. It must not know the log. */
import { refuse, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import type { Milliseconds } from "../../core/ports.js"

export interface Subscription {
  readonly topics: readonly string[] | undefined
  readonly after: string | undefined
  readonly every: number | undefined
}

const second: Milliseconds = 1000

const limitUnlessTold = 100
const mostEvents = 1000
const longestWait = 60

/** Topics stand behind each other with commas between, or each in a parameter of its own. */
const topicsIn = (c: Context): readonly string[] | undefined =>
  c.req
    .queries("topics")
    ?.flatMap((words) => words.split(","))
    .map((word) => word.trim())
    .filter((word) => word !== "")

/** An empty `after`, as scripts send that have no cursor yet, is as good as none. */
export function subscriptionIn(c: Context): Subscription {
  const every = c.req.query("every")
  return {
    topics: topicsIn(c),
    after: c.req.query("after") || undefined,
    every: every === undefined ? undefined : Number(every),
  }
}

function readWhole(c: Context, name: string, otherwise: number, from: number, to: number): number | Refusal {
  const text = c.req.query(name) ?? String(otherwise)
  const value = Number(text)
  return /^\d{1,9}$/.test(text) && value >= from && value <= to
    ? value
    : refuse("request_invalid", `${name} is a whole number from ${from} to ${to}.`)
}

/** How many events are answered, and how long it is waited for one. */
export function readBounds(c: Context): { readonly limit: number; readonly wait: Milliseconds } | Refusal {
  const limit = readWhole(c, "limit", limitUnlessTold, 1, mostEvents)
  if (typeof limit !== "number") return limit
  const wait = readWhole(c, "wait", 0, 0, longestWait)
  return typeof wait === "number" ? { limit, wait: wait * second } : wait
}

/** Whether it is to be told of each event when the server received it. */
export function readReceived(c: Context): { readonly received: boolean } | Refusal {
  const said = c.req.query("received") ?? "false"
  return said === "true" || said === "false"
    ? { received: said === "true" }
    : refuse("request_invalid", "received is true or false.")
}
