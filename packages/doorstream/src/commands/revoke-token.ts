/** `doorstream token revoke`: revokes a system token, by itself or by its id. */
import { text } from "node:stream/consumers"
import { operate } from "../operate.js"
import { Plight, remark, say } from "../say.js"

/** The id that stands in a token. Whether it is a good one does not matter: only what has its id is revoked. */
function idIn(token: string): string {
  const [, claims, signature] = token.split(".")
  if (claims === undefined || signature === undefined) return token
  try {
    const { jti } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { readonly jti?: unknown }
    if (typeof jti === "string") return jti
  } catch {
    // Told below, without a word of the token.
  }
  throw new Plight("This is neither a token nor the id of one: there is no jti in it.")
}

export async function revokeToken(told: string): Promise<void> {
  const id = idIn((told === "-" ? await text(process.stdin) : told).trim())
  await operate("DELETE", `/tokens/${encodeURIComponent(id)}`)
  say(id)
  remark("Revoked: it is refused from now on, and what listened with it was ended.")
}
