/** Events on request, with plain fetch. */
import { systemId } from "./house.js"

export interface PulledEvent {
  readonly cursor: string
  readonly topic: string
  readonly event: Record<string, unknown>
}

export interface Answer {
  readonly status: number
  readonly events: readonly PulledEvent[]
  readonly cursor: string
  readonly [more: string]: unknown
}

export const askEvents = (
  url: string,
  token: string,
  query: Readonly<Record<string, string | number>>,
  init: RequestInit = {},
): Promise<Response> => {
  const words = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) words.set(name, String(value))
  return fetch(`${url}/${systemId}/events?${words.toString()}`, {
    ...init,
    headers: { Authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  })
}

export async function pull(
  url: string,
  token: string,
  query: Readonly<Record<string, string | number>>,
): Promise<Answer> {
  const response = await askEvents(url, token, query)
  return { status: response.status, ...((await response.json()) as Omit<Answer, "status">) } as Answer
}
