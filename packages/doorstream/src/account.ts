/**
 * Whom the command speaks to, and as whom: the server, the API client and the system out of the environment, the
 * demo's where it says nothing; and the two steps to a system token.
 */
import { demoClientId, demoClientSecret, demoSystemId } from "./demo-account.js"
import { Plight } from "./say.js"

export interface Account {
  /** The server's address, without a slash at its end. */
  readonly url: string
  readonly clientId: string
  readonly clientSecret: string
  readonly systemId: string
}

const hostInUrl = (host: string): string => (host.includes(":") ? `[${host}]` : host)

function readUrl(environment: Readonly<Record<string, string | undefined>>): string {
  const host = environment["HOST"] || "127.0.0.1"
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host
  const scheme = environment["DOORSTREAM_TLS_CERT"] ? "https" : "http"
  const made = `${scheme}://${hostInUrl(reachable)}:${environment["PORT"] || 8080}`
  const url = environment["DOORSTREAM_URL"] || made
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new Plight(`DOORSTREAM_URL must be an address such as http://127.0.0.1:8080; it is "${url}".`)
  return url.replace(/\/+$/, "")
}

/**
 * Reads whom to speak to, and as whom.
 *
 * @throws Plight where the address is none
 */
export function readAccount(environment: Readonly<Record<string, string | undefined>>): Account {
  return {
    url: readUrl(environment),
    clientId: environment["DOORSTREAM_CLIENT"] || demoClientId,
    clientSecret: environment["DOORSTREAM_SECRET"] || demoClientSecret,
    systemId: environment["DOORSTREAM_SYSTEM"] || demoSystemId,
  }
}

/** Refused in a way that does not pass by itself. */
export class RefusedForGood extends Plight {}

const forGood: ReadonlySet<string> = new Set(["invalid_client", "client_revoked", "system_not_allowed"])

interface Answer {
  readonly id_token?: string
  readonly token?: string
  readonly error?: string
  readonly error_description?: string
  readonly code?: string
  readonly message?: string
}

/** Why there was no answer, as far as it shows. */
function silenceInWords(url: string, error: unknown): string {
  const { origin } = new URL(url)
  const { code = "" } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException
  return /CERT|ALTNAME/.test(code)
    ? `The certificate of ${origin} is not trusted here (${code}). Name whoever signed it in NODE_EXTRA_CA_CERTS.`
    : `No server answers at ${origin}. Start one with \`npm start\`, or set DOORSTREAM_URL.`
}

async function ask(url: string, headers: Record<string, string>, body?: URLSearchParams): Promise<Answer> {
  let response: Response
  try {
    response = await fetch(url, { method: "POST", headers, ...(body === undefined ? {} : { body }) })
  } catch (error) {
    throw new Plight(silenceInWords(url, error), { cause: error })
  }
  const text = await response.text()
  let answer: Answer
  try {
    answer = JSON.parse(text) as Answer
  } catch (error) {
    throw new Plight(`${new URL(url).origin} answered ${response.status} with something that is not JSON.`, {
      cause: error,
    })
  }
  if (response.ok) return answer
  const code = answer.code ?? answer.error ?? String(response.status)
  const words = `${code}: ${answer.message ?? answer.error_description ?? "refused"}`
  throw forGood.has(code) ? new RefusedForGood(words) : new Plight(words)
}

/** Both tokens of the two steps. */
export interface Tokens {
  readonly idToken: string
  readonly systemToken: string
}

/**
 * Fetches a system token, by way of an id token.
 *
 * @throws Plight where the server does not answer or refuses
 */
export async function fetchTokens({ url, clientId, clientSecret, systemId }: Account): Promise<Tokens> {
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`).toString(
    "base64",
  )
  const { id_token: idToken } = await ask(
    `${url}/oauth2/token`,
    { Authorization: `Basic ${basic}` },
    new URLSearchParams({ grant_type: "client_credentials" }),
  )
  const { token } = await ask(`${url}/api/systems/${encodeURIComponent(systemId)}/token`, {
    Authorization: `Bearer ${idToken}`,
  })
  if (token === undefined || idToken === undefined) throw new Plight(`${url} answered without a token.`)
  return { idToken, systemToken: token }
}

/** The system token alone. */
export const fetchSystemToken = async (account: Account): Promise<string> =>
  (await fetchTokens(account)).systemToken
