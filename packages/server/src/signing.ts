/** Tokens as the house signs and knows them: on its registry, with what was revoked, and with keys that are tended. */
import { randomUUID } from "node:crypto"
import type { Milliseconds } from "./core/ports.js"
import type { Kept } from "./keeping.js"
import type { ServerSettings } from "./settings.js"
import { openTokens, tendNowAndThen } from "./tokens/room.js"

interface Signing {
  readonly settings: ServerSettings
  readonly now: () => Milliseconds
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: (() => unknown)[]
}

export async function openKeyedTokens(
  { settings, now, fault, ending }: Signing,
  { registry, revoked }: Pick<Kept, "registry" | "revoked">,
  publicUrl: () => string,
) {
  const { has: isRevoked } = revoked
  const parts = { ...settings, registry, isRevoked, publicUrl, now, freshId: randomUUID }
  const tokens = await openTokens(parts)
  ending.push(await tendNowAndThen(tokens.tendKeys, (error) => fault(error, "tending the keys")))
  return tokens
}
