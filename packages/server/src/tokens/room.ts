/** The tokens room as the others meet it: its keys opened, and what it does with them side by side. */
import type { ApiClient, Milliseconds, Registry } from "../core/ports.js"
import { openIssuer, type Issuer } from "./issue.js"
import { openKeys, type PublishedKey } from "./keys.js"
import { recogniseClient } from "./secrets.js"
import { openVerifier, type Verifier } from "./verify.js"

export interface TokenSettings {
  readonly dataFolder: string
  readonly registry: Registry
  /** The public address; it stands in tokens as their issuer. */
  readonly publicUrl: () => string
  readonly now: () => Milliseconds
  /** How long a system token lives, in seconds. */
  readonly systemTokenLifetime: number
  /** How long an expired system token still opens a stream that must renew, in milliseconds. */
  readonly grace: Milliseconds
  /** A UUID that was never used. */
  readonly freshId: () => string
}

export interface Tokens extends Issuer, Verifier {
  /** The API client with this id and secret; undefined where either is wrong. */
  recognise(clientId: string, secret: string): ApiClient | undefined
  /** The public keys as a JWK set. */
  publishedKeys(): { readonly keys: readonly PublishedKey[] }
}

/** @throws where a signing key cannot be read; the message names the file and the way out */
export async function openTokens(settings: TokenSettings): Promise<Tokens> {
  const keys = await openKeys(settings.dataFolder, settings.now)
  return {
    ...openIssuer({ ...settings, keys }),
    ...openVerifier({ ...settings, keys }),
    recognise: (clientId, secret) => recogniseClient(settings.registry, clientId, secret),
    publishedKeys: () => keys.published(),
  }
}
