/**
 * The one place in the house that decides about origins: which pages may read what is answered to them, by CORS. It must
 * not know what is answered. A page's origin is never a reason to let a request in; that takes a token. PROTOCOL §11.
 */
import type { IncomingMessage, ServerResponse } from "node:http"
import { refuseRequest } from "./refuse.js"

/** What a page may do, as it asks beforehand; browsers keep the answer for two hours at most. */
const preflightAnswer = {
  "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
  "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID",
  "Access-Control-Max-Age": "7200",
}

/** What a page may read beside the body. */
const exposed =
  "ETag, Link, Location, Retry-After, WWW-Authenticate, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, X-Total-Count"

export interface Origins {
  /**
   * Says on an answer that is yet to be written who may read it, and answers preflights. They pass where the server
   * drains too, so that the page can read the refusal that follows.
   *
   * @returns whether the request has been answered with that
   */
  meet(request: IncomingMessage, response: ServerResponse): boolean
}

/** Whether a browser asks beforehand if a page may send what it wants to. */
const isPreflight = ({ method, headers }: IncomingMessage): boolean =>
  method === "OPTIONS" &&
  headers.origin !== undefined &&
  headers["access-control-request-method"] !== undefined

function allow(origin: string, response: ServerResponse): void {
  response.setHeader("Access-Control-Allow-Origin", origin)
  // socket.io-client 2 always asks with credentials, although there are no cookies here.
  response.setHeader("Access-Control-Allow-Credentials", "true")
  response.setHeader("Access-Control-Expose-Headers", exposed)
}

/** @param listed origins as browsers write them, such as `https://wall.example.org` */
export function openOrigins(listed: readonly string[]): Origins {
  const origins = new Set(listed)
  return {
    meet: (request, response) => {
      const { origin } = request.headers
      const isListed = origin !== undefined && origins.has(origin)
      // Where answers differ by origin, no cache may give one page's answer to another.
      if (origins.size > 0) response.setHeader("Vary", "Origin")
      if (isListed) allow(origin, response)
      if (!isPreflight(request)) return false
      if (isListed) response.writeHead(204, preflightAnswer).end()
      else refuseRequest(response, { code: "origin_not_allowed" })
      return true
    },
  }
}
