/** Lists in pages: `page` from 0 and `per_page` in the query, `Link` and `X-Total-Count` in the answer. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import { answerRefusal } from "./answer.js"

interface Paging {
  readonly page: number
  readonly perPage: number
}

const perPageUnlessTold = 10
const mostPerPage = 100

function readPaging(c: Context): Paging | Refusal {
  const page = c.req.query("page") ?? "0"
  const perPage = c.req.query("per_page") ?? String(perPageUnlessTold)
  if (!/^\d{1,9}$/.test(page)) return refuse("request_invalid", "page is a whole number from 0.")
  if (!/^\d{1,9}$/.test(perPage) || Number(perPage) < 1 || Number(perPage) > mostPerPage)
    return refuse("request_invalid", `per_page is a whole number from 1 to ${mostPerPage}.`)
  return { page: Number(page), perPage: Number(perPage) }
}

/** @param url the list's own address, without a query */
function linksOf(url: string, { page, perPage }: Paging, total: number): string {
  const last = Math.max(0, Math.ceil(total / perPage) - 1)
  const pages: [rel: string, page: number][] = [["first", 0]]
  if (page > 0) pages.push(["prev", Math.min(page - 1, last)])
  if (page < last) pages.push(["next", page + 1])
  pages.push(["last", last])
  return pages.map(([rel, at]) => `<${url}?page=${at}&per_page=${perPage}>; rel="${rel}"`).join(", ")
}

/** Answers one page of a list, as an array; a page beyond the end is empty. A bad page is refused. */
export function answerPage<T>(
  c: Context,
  publicUrl: string,
  list: readonly T[],
  show: (each: T) => object,
): Response {
  const paging = readPaging(c)
  if (isRefusal(paging)) return answerRefusal(c, paging)
  const { page, perPage } = paging
  const { pathname } = new URL(c.req.url)
  c.header("X-Total-Count", String(list.length))
  c.header("Link", linksOf(publicUrl + pathname, paging, list.length))
  return c.json(list.slice(page * perPage, (page + 1) * perPage).map(show))
}
