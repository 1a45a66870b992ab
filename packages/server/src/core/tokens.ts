/**
 * What tokens say and what they are good for: their claims, and the judgement of claims whose signature was found good.
 * It must not know how a token is signed, written or carried.
 */
import { refuse, type Refusal } from "@doorstream/contract"
import { house, scopes, type ApiClient, type Milliseconds, type Registry, type Scope } from "./ports.js"
import type { SystemId, Verified } from "./ports.js"
import { boundsOf, cutGrant, grantWithin, readBounds, type Bounds } from "./grants.js"

/** The `typ` in a token's header, by kind. An id token must never pass for a system token. */
export const tokenTypes = { id: "JWT", access: "at+jwt", system: "system+jwt" } as const
export type TokenKind = keyof typeof tokenTypes

/** How long an id token and an access token live, in seconds. */
export const idTokenLifetime = 300

/** Claims of an id token and of an access token. Times are in seconds since 1970, as in every JWT. */
export interface ClientClaims {
  readonly iss: string
  readonly sub: string
  readonly aud: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
}

/** What somebody asks of a system token; what is not named is all that the API client may. */
export interface Wanted extends Bounds {
  readonly scopes?: readonly Scope[]
}

/** `topics`, `cloudNodes` and `redacted` are there where the token has less than everything of its system. */
export interface SystemClaims extends Bounds {
  readonly iss: string
  /** The API client's id. */
  readonly sub: string
  readonly systemId: SystemId
  /** Scopes with a space between. */
  readonly scope: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
}

/** What a token says, once its signature was found good. */
export interface Said {
  readonly type: unknown
  readonly claims: Readonly<Record<string, unknown>>
}

/** What is the same in every token that is made. */
export interface Making {
  readonly issuer: string
  readonly now: Milliseconds
  /** In seconds. */
  readonly lifetime: number
  /** Never used before. */
  readonly id: string
}

const seconds = (time: Milliseconds): number => Math.floor(time / 1000)

const spanOf = ({ now, lifetime, id }: Making) => ({
  iat: seconds(now),
  exp: seconds(now) + lifetime,
  jti: id,
})

/** @param audience who the token is for: the client itself for an id token, the server for an access token */
export const clientClaims = (client: ApiClient, audience: string, making: Making): ClientClaims => ({
  iss: making.issuer,
  sub: client.id,
  aud: audience,
  ...spanOf(making),
})

export const systemClaims = (
  client: ApiClient,
  systemId: SystemId,
  making: Making,
  wanted: Wanted = {},
): SystemClaims => ({
  iss: making.issuer,
  sub: client.id,
  systemId,
  scope: (wanted.scopes ?? client.scopes).join(" "),
  ...boundsOf({ ...client, ...wanted }),
  ...spanOf(making),
})

/** Whether the token's time is over. It is asked anew at each use, because a stream outlives its token. */
export const hasExpired = (token: Pick<Verified, "expiresAt">, now: Milliseconds): boolean =>
  token.expiresAt <= now

/** Whether the client may have tokens of the system. */
export const mayEnter = (client: ApiClient, systemId: SystemId, registry: Registry): boolean =>
  client.systems.includes(systemId) && registry.find("system", house, systemId) !== undefined

interface Court {
  readonly registry: Registry
  readonly now: Milliseconds
}

const kindOf = (said: Said): TokenKind | undefined =>
  (Object.keys(tokenTypes) as TokenKind[]).find((kind) => tokenTypes[kind] === said.type)

/** The wrong-kind refusal, unless the token is of a kind that is asked for. */
function judgeKind(said: Said, asked: readonly TokenKind[]): Refusal | undefined {
  const kind = kindOf(said)
  if (kind === undefined) return refuse("token_malformed")
  return asked.includes(kind) ? undefined : refuse("token_wrong_kind", `It is the ${kind} token.`)
}

const isText = (value: unknown): value is string => typeof value === "string"
/** In seconds, and within what a date can be. */
const isTime = (value: unknown): value is number => typeof value === "number" && Math.abs(value) <= 8.64e12

/**
 * Judges an id token or an access token. The issuer's name is not looked at: the keys are this server's own, and a
 * server may change its public address.
 *
 * @returns the API client, or `token_malformed`, `token_wrong_kind`, `token_expired`, `client_revoked`
 */
export function judgeClientToken(said: Said, { registry, now }: Court): ApiClient | Refusal {
  const wrongKind = judgeKind(said, ["id", "access"])
  if (wrongKind !== undefined) return wrongKind
  const { sub, exp } = said.claims
  if (!isText(sub) || !isTime(exp)) return refuse("token_malformed")
  if (hasExpired({ expiresAt: exp * 1000 }, now))
    return refuse("token_expired", "It is the id token: request one at POST /oauth2/token.")
  return registry.find("client", house, sub) ?? refuse("client_revoked")
}

/**
 * Judges a system token. One that expired no longer ago than the grace is still good here: each room decides what for.
 * Its scopes and its grant are cut to what the client still has.
 *
 * @param grace in milliseconds
 * @returns what the token is good for, or `token_malformed`, `token_wrong_kind`, `token_expired`, `system_unknown`,
 *   `client_revoked`
 */
export function judgeSystemToken(
  said: Said,
  { registry, now, grace }: Court & { readonly grace: Milliseconds },
): Verified | Refusal {
  const wrongKind = judgeKind(said, ["system"])
  if (wrongKind !== undefined) return wrongKind
  const { sub, systemId, scope, exp, jti } = said.claims
  if (!isText(sub) || !isText(systemId) || !isText(scope) || !isText(jti) || !isTime(exp))
    return refuse("token_malformed")
  const bounds = readBounds(said.claims)
  if (bounds === undefined) return refuse("token_malformed")

  const expiresAt = exp * 1000
  if (hasExpired({ expiresAt: expiresAt + grace }, now)) return refuse("token_expired")
  if (registry.find("system", house, systemId) === undefined) return refuse("system_unknown")
  const client = registry.find("client", house, sub)
  if (client === undefined || !client.systems.includes(systemId)) return refuse("client_revoked")
  const grant = cutGrant(grantWithin(bounds), grantWithin(client))
  return { id: jti, systemId, clientId: sub, scopes: keptScopes(scope, client), grant, expiresAt }
}

function keptScopes(said: string, client: ApiClient): readonly Scope[] {
  const words = said.split(" ")
  return scopes.filter((scope) => words.includes(scope) && client.scopes.includes(scope))
}
