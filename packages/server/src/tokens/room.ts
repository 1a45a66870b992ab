/** The tokens room as the others meet it: its keys opened, and what it does with them side by side. */
import type { ApiClient, Milliseconds, Registry } from "../core/ports.js"
import { openIssuer, type Issuer } from "./issue.js"
import { openKeys, type PublishedKey } from "./keys.js"
import { openPseudonyms, type ScrambleIn } from "./pseudonyms.js"
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
  readonly expiredTokenGrace: Milliseconds
  /** Whether the token of this id was revoked. */
  readonly isRevoked: (id: string) => boolean
  /** A UUID that was never used. */
  readonly freshId: () => string
  /** How old a key may become before another signs. */
  readonly keyAge: Milliseconds
}

export interface Tokens extends Issuer, Verifier {
  /** The API client with this id and secret; undefined where either is wrong. */
  recognise(clientId: string, secret: string): ApiClient | undefined
  /** Scrambles what is personal, for pseudonyms. */
  readonly scrambleIn: ScrambleIn
  /** The public keys as a JWK set. */
  publishedKeys(): { readonly keys: readonly PublishedKey[] }
  /** Makes a key that signs from now on; every token that still lives stays good. Resolves with its id. */
  rotateKeys(): Promise<string>
  /** Rotates by age, and removes keys that have signed nothing that is still of use. To be called now and then. */
  tendKeys(): Promise<void>
}

/** @throws where a signing key cannot be read; the message names the file and the way out */
export async function openTokens(settings: TokenSettings): Promise<Tokens> {
  const { now } = settings
  const keys = await openKeys(settings.dataFolder, now)
  return {
    ...openIssuer({ ...settings, keys }),
    ...openVerifier({ ...settings, keys, grace: settings.expiredTokenGrace }),
    scrambleIn: await openPseudonyms(settings.dataFolder),
    recognise: (clientId, secret) => recogniseClient(settings.registry, clientId, secret),
    publishedKeys: () => keys.published(),
    rotateKeys: keys.rotate,
    tendKeys: async () => {
      if (now() - Date.parse(keys.newest.created) >= settings.keyAge) await keys.rotate()
      await keys.retire(now() - settings.systemTokenLifetime * 1000 - settings.expiredTokenGrace)
    },
  }
}

/** How often keys are tended. */
const tendEvery: Milliseconds = 3_600_000

/** Tends now and every hour; returns what stops it. Rejects when the first time fails. */
export async function tendNowAndThen(tend: () => Promise<void>, failed: (fault: unknown) => void) {
  await tend()
  const timer = setInterval(() => void tend().catch(failed), tendEvery)
  timer.unref()
  return () => clearInterval(timer)
}
