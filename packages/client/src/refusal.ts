/** Reads why the server has refused a request, or whether it was the server at all. It must not know what was asked. */
import { DoorstreamError } from "./errors.js"

/** The most characters of an answer that are read to know what it is. */
const longestAnswer = 65_536

/** What passes by itself. */
const passing = new Set([408, 425, 429, 500, 502, 503, 504])

export const willPass = ({ status }: DoorstreamError): boolean => status !== undefined && passing.has(status)

/** `Retry-After` in milliseconds; a date is passed over, because the clock here may be off. */
function retryAfterOf(answer: Response): number | undefined {
  const said = answer.headers.get("retry-after")
  return said !== null && /^\d+$/.test(said) ? Number(said) * 1000 : undefined
}

/** A refusal in the server's words; where it is none, `not_doorstream` or what the status says. */
export async function readRefusal(answer: Response): Promise<DoorstreamError> {
  const { status } = answer
  const retryAfter = retryAfterOf(answer)
  const text = (await answer.text().catch(() => "")).slice(0, longestAnswer)
  try {
    const { code, message } = JSON.parse(text) as { code?: unknown; message?: unknown }
    if (typeof code === "string" && typeof message === "string")
      return new DoorstreamError(code, message, { status, retryAfter })
  } catch {
    // Then it is not the server's word, and told so below.
  }
  const type = answer.headers.get("content-type") ?? "nothing that says what it is"
  const message = `What answers at this address is not the server: ${status}, ${type}.`
  return new DoorstreamError("not_doorstream", message, { status, retryAfter })
}
