/**
 * Speaks HTTP with the server under tokens of its own, as any API client does (facts §2): an id token, traded for a
 * system token, renewed before it expires or once when it is refused. It must not know what is asked.
 */
import { setMaxListeners } from "node:events"
import { isObject } from "./json.js"

export interface ApiClientOptions {
  /** The server's address, such as `http://127.0.0.1:8080`. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly systemId: string
}

export interface Answer {
  readonly status: number
  /** Undefined where the answer was not JSON. */
  readonly body: unknown
  /** What `X-Total-Count` said. */
  readonly total: number | undefined
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined
}

/** Asks for a path below the server's address; rejects with a LinkFault when there is no whole answer. */
export type Ask = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
) => Promise<Answer>

/** The server is away, or does not do its part for now: what was tried may be tried again later. */
export class LinkFault extends Error {
  override readonly name = "LinkFault"
  /**
   * @param retryAfter how long the server asks to be left alone, in milliseconds
   * @param status of the answer that is a refusal; none where there was no answer
   */
  constructor(
    message: string,
    readonly retryAfter?: number,
    options?: ErrorOptions,
    readonly status?: number,
  ) {
    super(message, options)
  }
}

/** The share of a token's life after which it is renewed. */
const worn = 0.8

/** Sends one request and reads the whole answer. */
type Exchange = (path: string, request: RequestInit) => Promise<Answer>

interface Token {
  readonly text: string
  readonly renewAt: number
}

/**
 * Opens a session; nothing is asked before the first question. Throws a TypeError when `url` is none.
 *
 * @param now milliseconds since 1970
 * @param giveUp ends what is being asked
 * @param answerTime how long an answer may take, in milliseconds
 */
export function openApiSession(
  client: ApiClientOptions,
  now: () => number,
  giveUp: AbortSignal,
  answerTime = 10_000,
): Ask {
  const base = new URL(client.url).href.replace(/\/+$/, "")
  const exchange: Exchange = (path, request) => fetchAnswer(base + path, request, giveUp, answerTime)
  // Every request that is under way listens to it.
  setMaxListeners(0, giveUp)
  let held: Token | undefined
  const use = async (): Promise<string> => {
    if (held === undefined || now() >= held.renewAt) held = await obtain(client, exchange, now)
    return held.text
  }
  return async (method, path, body) => {
    const askOnce = async (): Promise<Answer> => exchange(path, requestOf(method, await use(), body))
    const answer = await askOnce()
    if (answer.status !== 401) return answer
    held = undefined
    return askOnce()
  }
}

const requestOf = (method: string, token: string, body: unknown): RequestInit => ({
  method,
  headers: {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  },
  ...(body === undefined ? {} : { body: JSON.stringify(body) }),
})

async function obtain(client: ApiClientOptions, exchange: Exchange, now: () => number): Promise<Token> {
  const basic = Buffer.from(`${client.clientId}:${client.clientSecret}`).toString("base64")
  const headers = { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" }
  const form = { method: "POST", headers, body: "grant_type=client_credentials" }
  const idToken = tokenIn(await exchange("/oauth2/token", form), "id_token")
  const path = `/api/systems/${encodeURIComponent(client.systemId)}/token`
  const text = tokenIn(await exchange(path, requestOf("POST", idToken, undefined)), "token")
  return { text, renewAt: now() + lifeOf(text) * worn }
}

function tokenIn(answer: Answer, key: string): string {
  const token = isObject(answer.body) ? answer.body[key] : undefined
  if (answer.status < 300 && typeof token === "string") return token
  throw refusedFault("The server gives no token", answer)
}

/** How long a token lives by its own account, in milliseconds; one that does not tell is used until it is refused. */
function lifeOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())
    if (!isObject(claims)) return Infinity
    const life = (Number(claims.exp) - Number(claims.iat)) * 1000
    return life > 0 ? life : Infinity
  } catch {
    return Infinity
  }
}

async function fetchAnswer(
  url: string,
  request: RequestInit,
  giveUp: AbortSignal,
  answerTime: number,
): Promise<Answer> {
  const ends = new AbortController()
  const end = (): void => ends.abort(new Error("given up", { cause: { code: "GIVEN_UP" } }))
  const timer = setTimeout(() => ends.abort(new Error("late", { cause: { code: "ETIMEDOUT" } })), answerTime)
  giveUp.addEventListener("abort", end)
  if (giveUp.aborted) end()
  try {
    const response = await fetch(url, { ...request, redirect: "error", signal: ends.signal })
    return readAnswer(response, await response.text())
  } catch (cause) {
    throw new LinkFault(`The server cannot be reached (${reasonOf(cause)}).`, undefined, { cause })
  } finally {
    clearTimeout(timer)
    giveUp.removeEventListener("abort", end)
  }
}

function readAnswer({ status, headers }: Response, text: string): Answer {
  const seconds = Number(headers.get("retry-after") ?? NaN)
  const total = Number(headers.get("x-total-count") ?? NaN)
  return {
    status,
    body: parse(text),
    total: Number.isNaN(total) ? undefined : total,
    retryAfter: seconds >= 0 ? seconds * 1000 : undefined,
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  return isObject(cause) && typeof cause.code === "string" ? cause.code : "no answer"
}

/** Words an answer that is a refusal: `invalid_client`, `scope_missing: The token lacks …`, or its status. */
export function refusedFault(what: string, { status, body, retryAfter }: Answer): LinkFault {
  const { code, error, message } = isObject(body) ? body : {}
  const words = [code ?? error, message].filter((word) => typeof word === "string").join(": ")
  return new LinkFault(
    `${what} (${status}${words === "" ? "" : ` ${words}`}).`,
    retryAfter,
    undefined,
    status,
  )
}
