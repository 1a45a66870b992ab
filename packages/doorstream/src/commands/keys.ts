/** `doorstream keys`: the keys that sign tokens. */
import { operate } from "../operate.js"
import { say } from "../say.js"

export async function rotateKeys(): Promise<void> {
  const { kid } = await operate<{ readonly kid: string }>("POST", "/keys/rotate", {})
  say(kid)
}
