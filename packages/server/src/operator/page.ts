/** What of a long list is answered at once. It must not know what stands in it. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import { answerRefusal } from "./answer.js"

const perPageUnlessTold = 100
const mostPerPage = 1000

/** Reads a whole number out of the query, or refuses it by its name. */
export function readNumber(
  c: Context,
  name: string,
  otherwise: number,
  [least, most]: readonly [number, number],
): { number: number } | Refusal {
  const text = c.req.query(name)
  if (text === undefined) return { number: otherwise }
  return /^\d{1,16}$/.test(text) && Number(text) >= least && Number(text) <= most
    ? { number: Number(text) }
    : refuse("request_invalid", `${name} is a whole number from ${least} to ${most}.`)
}

/** How many there may be in an answer. */
export const readMost = (c: Context): { number: number } | Refusal =>
  readNumber(c, "per_page", perPageUnlessTold, [1, mostPerPage])

/** Answers one page of a list as an array, and how many there are in all as `X-Total-Count`. */
export function answerPage<T>(c: Context, list: readonly T[], show: (each: T) => object): Response {
  const page = readNumber(c, "page", 0, [0, 1e9])
  if (isRefusal(page)) return answerRefusal(c, page)
  const perPage = readMost(c)
  if (isRefusal(perPage)) return answerRefusal(c, perPage)
  c.header("X-Total-Count", String(list.length))
  const from = page.number * perPage.number
  return c.json(list.slice(from, from + perPage.number).map(show))
}
