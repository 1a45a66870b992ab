/** How a refusal is said over HTTP. */
import { refusals, refuse, type Refusal, type RefusalCode } from "@doorstream/contract"
import type { Context } from "hono"
import type { Later } from "../core/allowance.js"

const told = new WeakMap<Context, RefusalCode>()

/** The refusal that was answered, if one was. */
export const refusalIn = (c: Context): RefusalCode | undefined => told.get(c)

/** Seconds after which a client may try again what will pass. */
const retryAfter = "10"

/** Answers `{code, message}` with the status that the table of refusals gives. */
export function answerRefusal(c: Context, { code, message }: Refusal): Response {
  const { status } = refusals[code]
  told.set(c, code)
  if (status === 401)
    c.header("WWW-Authenticate", code === "token_missing" ? "Bearer" : 'Bearer error="invalid_token"')
  if (status === 503) c.header("Retry-After", retryAfter)
  // What is left unread of a body that is too large is not waited for.
  if (status === 413) c.header("Connection", "close")
  return c.json({ code, message }, status)
}

/** Answers the refusal of what may be asked again later. */
export function answerLater(c: Context, { code, retryAfter: seconds }: Later): Response {
  const answer = answerRefusal(c, refuse(code))
  answer.headers.set("Retry-After", String(seconds))
  return answer
}
