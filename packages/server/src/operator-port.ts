/** The operator port: who may come in there, by which token. */
import type { IncomingMessage } from "node:http"
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { house, type ApiClient, type Author, type Milliseconds, type Registry } from "./core/ports.js"
import { hasExpired } from "./core/tokens.js"
import { openAddresses } from "./http/front/addresses.js"
import { isLoopbackName } from "./http/front/loopback.js"
import { openProtection } from "./http/front/protect.js"
import type { OperatorApp } from "./operator/app.js"
import { listenOnPort, type OperatorPort } from "./operator/port.js"
import type { Tokens } from "./tokens/room.js"

interface Guarded {
  readonly app: OperatorApp
  readonly registry: Registry
  readonly tokens: Pick<Tokens, "verifySystemToken" | "verifyClientToken">
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

const tokenIn = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1]

/** The scope may have been taken from a client since its token was issued; then the token has lost it too. */
async function clientOf(token: string, { registry, tokens, now }: Guarded): Promise<ApiClient | Refusal> {
  const missing = refuse("scope_missing", "The scope is operate.")
  const verified = await tokens.verifySystemToken(token)
  if (isRefusal(verified)) {
    if (verified.code !== "token_wrong_kind") return verified
    const client = await tokens.verifyClientToken(token)
    return isRefusal(client) || client.scopes.includes("operate") ? client : missing
  }
  if (hasExpired(verified, now())) return refuse("token_expired")
  if (!verified.scopes.includes("operate")) return missing
  return registry.find("client", house, verified.clientId) ?? refuse("client_revoked")
}

export function openOperatorPort(port: number, guarded: Guarded): Promise<OperatorPort> {
  const addressOf = openAddresses([])
  const enter = async (request: IncomingMessage): Promise<Author | Refusal> => {
    const token = tokenIn(request)
    if (token === undefined) return refuse("token_missing", "The Authorization header holds none.")
    const client = await clientOf(token, guarded)
    return isRefusal(client) ? client : { id: client.id, name: client.name, from: addressOf(request) }
  }
  const { app, fault } = guarded
  const protect = openProtection(false)
  return listenOnPort(port, { app, fault, protect, isOwnName: isLoopbackName, enter })
}
