/** Who asks: reads the Bearer token of a request and says what it may be used for here. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"
import type { ApiClient, Scope, SystemId, Verified } from "../core/ports.js"
import { hasExpired } from "../core/tokens.js"
import { objectionToScope } from "../core/seen.js"
import type { HttpDeps } from "./deps.js"

function readBearer(c: Context): { token: string } | Refusal {
  const [, token] = /^Bearer +(\S+) *$/i.exec(c.req.header("authorization") ?? "") ?? []
  return token === undefined ? refuse("token_missing", "The Authorization header holds none.") : { token }
}

/** The API client that shows its id token, or why it is not let in. */
export async function enterAsClient(c: Context, { tokens }: HttpDeps): Promise<ApiClient | Refusal> {
  const bearer = readBearer(c)
  return isRefusal(bearer) ? bearer : tokens.verifyClientToken(bearer.token)
}

/** Whoever may enter systems: an API client those that are its own, a system token the one that it is for. */
export interface Entrant {
  readonly clientId: string
  readonly systems: readonly SystemId[]
}

/** Who shows an id token, an access token or a system token, or why they are not let in. */
export async function enterSystems(c: Context, { tokens, now }: HttpDeps): Promise<Entrant | Refusal> {
  const bearer = readBearer(c)
  if (isRefusal(bearer)) return bearer
  const client = await tokens.verifyClientToken(bearer.token)
  if (!isRefusal(client)) return { clientId: client.id, systems: client.systems }
  if (client.code !== "token_wrong_kind") return client
  const token = await tokens.verifySystemToken(bearer.token)
  if (isRefusal(token)) return token
  if (hasExpired(token, now())) return refuse("token_expired")
  return { clientId: token.clientId, systems: [token.systemId] }
}

/**
 * What the system token is good for that somebody listens with, or why it is not. One that has expired opens a stream
 * like any other way of listening (PROTOCOL §2). It may stand in the URL: EventSource sends no headers.
 *
 * @param systemId the system that the path names
 */
export async function enterToListen(
  c: Context,
  { tokens }: HttpDeps,
  systemId: string,
): Promise<Verified | Refusal> {
  const bearer = readBearer(c)
  const text = isRefusal(bearer) ? c.req.query("token") : bearer.token
  if (text === undefined || text === "") return refuse("token_missing")
  const token = await tokens.verifySystemToken(text)
  if (isRefusal(token)) return token
  if (token.systemId !== systemId) return refuse("system_mismatch")
  return token.scopes.includes("listen") ? token : refuse("scope_missing", "The scope is listen.")
}

/**
 * A system token that its owner shows to have it revoked, or why it is none. One that has expired still opens streams, so
 * it can be revoked.
 */
export async function enterToRevoke(
  c: Context,
  { tokens }: HttpDeps,
  systemId: string,
): Promise<Verified | Refusal> {
  const bearer = readBearer(c)
  if (isRefusal(bearer)) return bearer
  const token = await tokens.verifySystemToken(bearer.token)
  if (isRefusal(token)) return token
  return token.systemId === systemId ? token : refuse("system_mismatch")
}

/**
 * What the system token is good for, or why it is not: over HTTP an expired one is good for nothing.
 *
 * @param systemId the system that the path names
 * @param scope where one is needed beside being let into the system
 */
export async function enterSystem(
  c: Context,
  { tokens, now }: HttpDeps,
  systemId: string,
  scope?: Scope,
): Promise<Verified | Refusal> {
  const bearer = readBearer(c)
  if (isRefusal(bearer)) return bearer
  const token = await tokens.verifySystemToken(bearer.token)
  if (isRefusal(token)) return token
  if (hasExpired(token, now())) return refuse("token_expired")
  if (token.systemId !== systemId) return refuse("system_mismatch")
  if (scope === undefined) return token
  if (!token.scopes.includes(scope)) return refuse("scope_missing", `The scope is ${scope}.`)
  return objectionToScope(token.grant, scope) ?? token
}

/**
 * Why whoever was let in may not go on once their body was read, which takes as long as its sender likes: the token was
 * revoked meanwhile. That it has expired meanwhile is nobody's fault.
 */
export async function objectionAfterBody(
  c: Context,
  deps: HttpDeps,
  systemId: string,
  scope: Scope,
): Promise<Refusal | undefined> {
  const token = await enterSystem(c, deps, systemId, scope)
  return isRefusal(token) && token.code !== "token_expired" ? token : undefined
}
