/** Why a token that was good may be listened with no more: what was revoked since it was verified. */
import { refuse, type Refusal } from "@doorstream/contract"
import { house, type Registry, type Verified } from "./core/ports.js"
import type { RevokedTokens } from "./core/revoked.js"

export const openObjections =
  (registry: Registry, revoked: Pick<RevokedTokens, "has">) =>
  ({ id, clientId, systemId }: Verified): Refusal | undefined => {
    if (registry.find("system", house, systemId) === undefined) return refuse("system_unknown")
    const client = registry.find("client", house, clientId)
    if (client === undefined || !client.systems.includes(systemId)) return refuse("client_revoked")
    if (!client.scopes.includes("listen")) return refuse("scope_missing", "The scope is listen.")
    return revoked.has(id) ? refuse("token_revoked") : undefined
  }
