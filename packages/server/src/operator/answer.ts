/** What the operator API's routes have in common: bodies are read as JSON objects, refusals are said as JSON. */
import { refusals, refuse, type Refusal } from "@doorstream/contract"
import type { Context } from "hono"

export type Fields = Readonly<Record<string, unknown>>

export const answerRefusal = (c: Context, { code, message }: Refusal): Response =>
  c.json({ code, message }, refusals[code].status)

/** Reads the body as an object; anything else is refused `json_malformed` or `request_invalid`. */
export async function readFields(c: Context): Promise<{ fields: Fields } | Refusal> {
  let value: unknown
  try {
    value = JSON.parse(await c.req.text())
  } catch (error) {
    if (error instanceof SyntaxError) return refuse("json_malformed")
    throw error
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? { fields: value as Fields }
    : refuse("request_invalid", "The body is a JSON object.")
}

const longestName = 200

/** Reads a name: text of 1 to 200 characters, with the blanks around it left out. */
export function readName(value: unknown): { name: string } | Refusal {
  const name = typeof value === "string" ? value.trim() : ""
  const isOneLine = name.isWellFormed() && !/\p{Cc}/u.test(name)
  return name !== "" && name.length <= longestName && isOneLine
    ? { name }
    : refuse("request_invalid", `name is one line of text, of 1 to ${longestName} characters.`)
}
