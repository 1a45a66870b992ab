/** Reads an API client's id and secret from a token request, from the header or the form (RFC 6749 §2.3.1). */

export interface ShownCredentials {
  readonly id: string
  readonly secret: string
}

/** Undoes form encoding. Many clients do not encode what they send, so what is not well encoded is taken as it is. */
const decodeForm = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "))
  } catch {
    return text
  }
}

function readBasic(header: string): ShownCredentials | undefined {
  const [, encoded] = /^Basic +([A-Za-z0-9+/_-]+=*) *$/i.exec(header) ?? []
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, "base64").toString("utf8")
  const colon = pair.indexOf(":")
  if (colon < 0) return undefined
  return { id: decodeForm(pair.slice(0, colon)), secret: decodeForm(pair.slice(colon + 1)) }
}

/** What the request shows; undefined where that is nothing, or nothing that can be read. */
export function readCredentials(
  authorization: string | undefined,
  form: URLSearchParams,
): ShownCredentials | undefined {
  if (authorization !== undefined) return readBasic(authorization)
  const id = form.get("client_id")
  const secret = form.get("client_secret")
  return id === null || secret === null ? undefined : { id, secret }
}
