/** API clients that are limited, and tokens that are limited for the occasion. */
import { requestIdToken, systemId, type House } from "./house.js"
import { operate, type MadeClient } from "./operator.js"

/** What an API client or a token is limited to. */
export interface Limits {
  readonly scopes?: readonly string[]
  readonly topics?: readonly string[] | null
  readonly cloudNodes?: readonly string[] | null
  readonly redacted?: boolean
}

export async function makeLimited(house: House, limits: Limits, name = "limited"): Promise<MadeClient> {
  const wish = { name, systems: [systemId], scopes: ["listen"], ...limits }
  const { status, body } = await operate<MadeClient>(house, "POST", "/clients", wish)
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`)
  return body
}

/** Asks for a system token with a body of its own; answers what was answered. */
export async function askToken(
  house: House,
  body: unknown,
  { id, secret }: Partial<MadeClient> = {},
): Promise<{ status: number; token: string; code?: string; message?: string }> {
  const { id_token } = await requestIdToken(house.url, id, secret)
  const text = typeof body === "string" ? body : JSON.stringify(body)
  const response = await house.post(`/api/systems/${systemId}/token`, text, id_token)
  return { status: response.status, ...((await response.json()) as { token: string }) }
}
