/** Revokes tokens: with a word of it in the audit, in the same write, and with an end to what listens with them. */
import type { Milliseconds, Registry } from "./core/ports.js"
import type { RevokedTokens, RevokeToken } from "./core/revoked.js"

interface RevokingParts {
  readonly registry: Registry
  readonly revoked: RevokedTokens
  readonly now: () => Milliseconds
  readonly endRevoked: () => void
}

export const openRevoking =
  ({ registry, revoked, now, endRevoked }: RevokingParts): RevokeToken =>
  async ({ id, expires, system }, by) => {
    const at = now()
    const audit = [
      { at, by, ...(system === undefined ? {} : { system }), deeds: [{ what: "token.revoked", id }] },
    ]
    await revoked.revoke({ id, revoked: at, expires }, async (beside) => {
      await registry.change(() => ({ changes: [], answer: undefined, audit, beside }))
    })
    endRevoked()
  }
