/**
 * The two steps to a system token, with the secret of an API client. It is for programs: whoever loads a page can read all
 * that is in it, so a page asks a server of its own for tokens.
 */
import { DoorstreamError, sentenceOf } from "./errors.js"
import { readRefusal } from "./refusal.js"

export interface TokenRequest {
  /** Where the server is: `https://doors.example.org`. */
  readonly url: string
  readonly systemId: string
  readonly clientId: string
  readonly clientSecret: string
  readonly signal?: AbortSignal
}

/** OAuth has words of its own for what is wrong. */
async function refusalOf(answer: Response): Promise<DoorstreamError> {
  const copy = answer.clone()
  const { error, error_description } = (await copy.json().catch(() => ({}))) as Record<string, unknown>
  if (typeof error !== "string") return readRefusal(answer)
  return new DoorstreamError(error, typeof error_description === "string" ? error_description : error, {
    status: answer.status,
  })
}

async function post(
  address: string,
  { signal }: TokenRequest,
  authorization: string,
  body?: URLSearchParams,
): Promise<Record<string, unknown>> {
  const request = { method: "POST", headers: { Authorization: authorization } }
  let answer: Response
  try {
    answer = await fetch(address, { ...request, ...(body && { body }), ...(signal && { signal }) })
  } catch (cause) {
    throw new DoorstreamError("unreachable", `No token could be requested: ${sentenceOf(cause)}`, { cause })
  }
  if (!answer.ok) throw await refusalOf(answer)
  return (await answer.json().catch(() => ({}))) as Record<string, unknown>
}

const textIn = (answer: Record<string, unknown>, key: string): string => {
  const text = answer[key]
  if (typeof text === "string") return text
  throw new DoorstreamError("not_doorstream", `What answers has no ${key}: it is not the server.`)
}

/**
 * Requests a system token. In Node alone: a page must never hold the secret of an API client.
 *
 * @example
 * listen({ url, systemId, topics: ["*"], token: () => requestToken({ url, systemId, clientId, clientSecret }) })
 *
 * @throws DoorstreamError
 */
export async function requestToken(asked: TokenRequest): Promise<string> {
  const base = asked.url.replace(/\/$/, "")
  // The secret may hold anything, and the form's encoding is what the server takes apart (RFC 6749 §2.3.1).
  const basic = [asked.clientId, asked.clientSecret].map(encodeURIComponent).join(":")
  const form = new URLSearchParams({ grant_type: "client_credentials" })
  const first = await post(`${base}/oauth2/token`, asked, `Basic ${btoa(basic)}`, form)
  const id = textIn(first, "id_token")
  const address = `${base}/api/systems/${encodeURIComponent(asked.systemId)}/token`
  return textIn(await post(address, asked, `Bearer ${id}`), "token")
}
