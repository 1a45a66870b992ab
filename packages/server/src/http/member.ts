/**
 * Whoever asks about a system with a token of it: lets them in, counts their requests and says how many they have left,
 * and names them as the author of what they change. PROTOCOL §15.
 */
import type { IncomingMessage } from "node:http"
import { isRefusal } from "@doorstream/contract"
import type { Context } from "hono"
import { house, type Author, type Scope, type Verified } from "../core/ports.js"
import { answerLater, answerRefusal } from "./answer.js"
import { enterSystem } from "./bearer.js"
import type { HttpDeps } from "./deps.js"

/** Counts a request of an API client, and says on the answer what is left; an answer where that is nothing. */
export function takeCall(c: Context, { takeCall: take }: HttpDeps, clientId: string): Response | undefined {
  const { limit, remaining, reset, later } = take(clientId)
  if (limit !== Infinity) {
    c.header("X-RateLimit-Limit", String(limit))
    c.header("X-RateLimit-Remaining", String(remaining))
    c.header("X-RateLimit-Reset", String(reset))
  }
  return later && answerLater(c, later)
}

/** Answers whoever may do this in the system that the path names. */
export async function asMember(
  c: Context,
  deps: HttpDeps,
  scope: Scope | undefined,
  answer: (token: Verified) => Response | Promise<Response>,
): Promise<Response> {
  const token = await enterSystem(c, deps, c.req.param("systemId") ?? "", scope)
  if (isRefusal(token)) return answerRefusal(c, token)
  return takeCall(c, deps, token.clientId) ?? answer(token)
}

/** The API client of a token, and where it asked from. */
export function authorOf(c: Context, { registry, addressOf }: HttpDeps, { clientId }: Verified): Author {
  // Outside of a server, in tests of the app alone, there is nobody at the other end.
  const { incoming } = (c.env ?? {}) as { readonly incoming?: IncomingMessage }
  return {
    id: clientId,
    name: registry.find("client", house, clientId)?.name ?? clientId,
    from: incoming === undefined ? "unknown" : addressOf(incoming),
  }
}
