/** The operator port: who may come in there, by which token. */
import type { IncomingMessage } from "node:http"
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { house, type ApiClient, type Author, type Milliseconds, type Registry } from "./core/ports.js"
import { grantWithin } from "./core/grants.js"
import { hasExpired } from "./core/tokens.js"
import type { Grant } from "./core/verified.js"
import { openAddresses } from "./http/front/addresses.js"
import { isLoopbackName } from "./http/front/loopback.js"
import { openProtection } from "./http/front/protect.js"
import type { OperatorApp } from "./operator/app.js"
import type { Asking } from "./operator/author.js"
import { listenOnPort, type OperatorPort } from "./operator/port.js"
import type { Tokens } from "./tokens/room.js"

interface Guarded {
  readonly app: OperatorApp
  readonly registry: Registry
  readonly tokens: Pick<Tokens, "verifySystemToken" | "verifyClientToken" | "scrambleIn">
  readonly now: () => Milliseconds
  readonly fault: (error: unknown, what: string) => void
}

const tokenIn = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? "")?.[1]

interface Operator {
  readonly client: ApiClient
  readonly grant: Grant
}

/** The scope may have been taken from a client since its token was issued; then the token has lost it too. */
async function operatorOf(token: string, { registry, tokens, now }: Guarded): Promise<Operator | Refusal> {
  const missing = refuse("scope_missing", "The scope is operate.")
  const verified = await tokens.verifySystemToken(token)
  if (isRefusal(verified)) {
    if (verified.code !== "token_wrong_kind") return verified
    const client = await tokens.verifyClientToken(token)
    if (isRefusal(client)) return client
    return client.scopes.includes("operate") ? { client, grant: grantWithin(client) } : missing
  }
  if (hasExpired(verified, now())) return refuse("token_expired")
  if (!verified.scopes.includes("operate")) return missing
  const client = registry.find("client", house, verified.clientId)
  return client === undefined ? refuse("client_revoked") : { client, grant: verified.grant }
}

/** An operator sees every system: a token that is limited to a part of one is not good for that. */
function objectionTo({ grant: { topics, cloudNodes } }: Operator): Refusal | undefined {
  return topics === null && cloudNodes === null
    ? undefined
    : refuse("grant_too_narrow", "It is limited to topics or cloud nodes.")
}

export function openOperatorPort(port: number, guarded: Guarded): Promise<OperatorPort> {
  const addressOf = openAddresses([])
  const enter = async (request: IncomingMessage): Promise<Asking | Refusal> => {
    const token = tokenIn(request)
    if (token === undefined) return refuse("token_missing", "The Authorization header holds none.")
    const operator = await operatorOf(token, guarded)
    if (isRefusal(operator)) return operator
    const objection = objectionTo(operator)
    if (objection !== undefined) return objection
    const { client, grant } = operator
    const author: Author = { id: client.id, name: client.name, from: addressOf(request) }
    return grant.redacted ? { author, scrambleIn: guarded.tokens.scrambleIn } : { author }
  }
  const { app, fault } = guarded
  const protect = openProtection(false)
  return listenOnPort(port, { app, fault, protect, isOwnName: isLoopbackName, enter })
}
