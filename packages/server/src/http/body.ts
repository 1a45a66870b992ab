/** Reads bodies, and never more of one than is allowed, whatever its Content-Length says. */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { isDeeperThan } from "./nesting.js"

/** The most that JSON may be nested; a batch of reports is nested three deep. */
const deepest = 64

export interface ReadBody {
  readonly bytes: Uint8Array
}

/** Encoded ones are not read at all: a small one may be very large inside. */
const isEncoded = (request: Request): boolean =>
  (request.headers.get("content-encoding") ?? "identity").toLowerCase() !== "identity"

/** @param most bytes; one more is refused `body_too_large` and the rest stays unread */
export async function readBody(request: Request, most: number): Promise<ReadBody | Refusal> {
  if (isEncoded(request)) return refuse("body_encoded")
  const tooLarge = () => refuse("body_too_large", `The most is ${most} bytes.`)
  if (Number(request.headers.get("content-length")) > most) return tooLarge()
  if (request.body === null) return { bytes: new Uint8Array() }

  const reader = request.body.getReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (;;) {
    const part = await readPart(reader)
    if (isRefusal(part)) return part
    if (part.value === undefined) return { bytes: Buffer.concat(parts, size) }
    size += part.value.length
    if (size > most) {
      await reader.cancel()
      return tooLarge()
    }
    parts.push(part.value)
  }
}

/** A body that breaks off is the sender's doing and no fault of the server. */
async function readPart(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    const { value } = await reader.read()
    return { value }
  } catch {
    return refuse("request_invalid", "The body broke off.")
  }
}

/** Reads a body as text; what is not UTF-8 is refused `json_malformed`. Of keys that stand twice the last counts. */
export async function readJson(request: Request, most: number): Promise<{ value: unknown } | Refusal> {
  const body = await readBody(request, most)
  return isRefusal(body) ? body : parseJson(body)
}

/** Takes bytes apart that were read. */
export function parseJson(body: ReadBody): { value: unknown } | Refusal {
  if (isDeeperThan(body.bytes, deepest)) return refuse("json_too_deep")
  try {
    return { value: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body.bytes)) }
  } catch {
    return refuse("json_malformed")
  }
}
