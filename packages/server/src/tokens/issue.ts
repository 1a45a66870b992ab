/** Issues tokens: signs what `core/tokens` says is in them. Who may have one was decided before. */
import { SignJWT } from "jose"
import type { ApiClient, Milliseconds, SystemId } from "../core/ports.js"
import {
  clientClaims,
  idTokenLifetime,
  systemClaims,
  tokenTypes,
  type TokenKind,
  type Wanted,
} from "../core/tokens.js"
import { algorithm, type Keys } from "./keys.js"

export interface Issuing {
  readonly keys: Keys
  /** The public address; it stands in tokens as their issuer. */
  readonly publicUrl: () => string
  readonly now: () => Milliseconds
  /** How long a system token lives, in seconds. */
  readonly systemTokenLifetime: number
  /** A UUID that was never used. */
  readonly freshId: () => string
}

export interface Issuer {
  issueIdToken(client: ApiClient): Promise<string>
  issueAccessToken(client: ApiClient): Promise<string>
  issueSystemToken(client: ApiClient, systemId: SystemId, wanted?: Wanted): Promise<string>
}

export function openIssuer({ keys, publicUrl, now, systemTokenLifetime, freshId }: Issuing): Issuer {
  const making = (lifetime: number) => ({ issuer: publicUrl(), now: now(), lifetime, id: freshId() })
  const sign = (kind: TokenKind, claims: object): Promise<string> =>
    new SignJWT({ ...claims })
      .setProtectedHeader({ alg: algorithm, typ: tokenTypes[kind], kid: keys.newest.kid })
      .sign(keys.newest.sign)

  return {
    issueIdToken: (client) => sign("id", clientClaims(client, client.id, making(idTokenLifetime))),
    issueAccessToken: (client) => sign("access", clientClaims(client, publicUrl(), making(idTokenLifetime))),
    issueSystemToken: (client, systemId, wanted) =>
      sign("system", systemClaims(client, systemId, making(systemTokenLifetime), wanted)),
  }
}
