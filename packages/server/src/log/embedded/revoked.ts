/** Keeps in a data folder which tokens were revoked, and in memory, since each use asks. It must not know what a token says. */
import { createHash } from "node:crypto"
import type { Milliseconds } from "../../core/ports.js"
import { uselessFrom, type RevokedToken, type RevokedTokens } from "../../core/revoked.js"
import type { Folder } from "./folder.js"

export interface KeptRevoked extends RevokedTokens {
  /** Forgets those that are good for nothing by now anyway. */
  sweep(): Promise<void>
}

interface RevokedOptions {
  /** For how long a token is still good for something after its expiry. */
  readonly grace: Milliseconds
  readonly now: () => Milliseconds
}

const keyOf = (id: string): Buffer => createHash("sha256").update(id).digest()

/** Opens them in a folder, which stays the caller's to close. */
export function openRevoked(folder: Folder, { grace, now }: RevokedOptions): KeptRevoked {
  const table = folder.openTable("tokens.revoked")
  const read = ({ value }: { readonly value: string }) => JSON.parse(value) as RevokedToken
  const byId = new Map([...table.getRange()].map(read).map((token) => [token.id, token]))
  return {
    has: (id) => byId.has(id),
    async revoke(token, write) {
      const before = byId.get(token.id)
      byId.set(token.id, token)
      try {
        await write([{ table, key: keyOf(token.id), value: JSON.stringify(token) }])
      } catch (failure) {
        // Who revoked it meanwhile has had it written.
        if (before === undefined && byId.get(token.id) === token) byId.delete(token.id)
        throw failure
      }
    },
    async sweep() {
      const useless = [...byId.values()].filter((token) => uselessFrom(token, grace) < now())
      if (useless.length === 0) return
      await folder.write(useless.map(({ id }) => ({ table, key: keyOf(id), value: undefined })))
      for (const { id } of useless) byId.delete(id)
    },
  }
}
