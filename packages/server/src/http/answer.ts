/** How a refusal is said over HTTP. */
import { refusals, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"

/** Seconds after which a client may try again what will pass. */
const retryAfter = "10"

/** Answers `{code, message}` with the status that the table of refusals gives. */
export function answerRefusal(c: Context, { code, message }: Refusal): Response {
  const { status } = refusals[code]
  if (status === 401)
    c.header("WWW-Authenticate", code === "token_missing" ? "Bearer" : 'Bearer error="invalid_token"')
  if (status === 503) c.header("Retry-After", retryAfter)
  // What is left unread of a body that is too large is not waited for.
  if (status === 413) c.header("Connection", "close")
  return c.json({ code, message }, status)
}
