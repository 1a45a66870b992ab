/** What a system token is good for, once it was verified. It must not know how a token is signed, written or carried. */
import type { Refusal, TopicName } from "@doorstream/contract"
import type { Milliseconds, Scope, SystemId } from "./ports.js"

/** What of its system a token may hear and see. */
export interface Grant {
  /** These topics alone; null for all. */
  readonly topics: readonly TopicName[] | null
  /** What belongs to these cloud nodes alone, by their ids; null for all. */
  readonly cloudNodes: readonly string[] | null
  /** What is personal of holders is shown as pseudonyms. */
  readonly redacted: boolean
}

/** Everything there is, as it is. */
export const wholeGrant: Grant = { topics: null, cloudNodes: null, redacted: false }

/** A token that may be used here. */
export interface Verified {
  /** The token's own id, its `jti`. */
  readonly id: string
  readonly systemId: SystemId
  readonly clientId: string
  readonly scopes: readonly Scope[]
  readonly grant: Grant
  readonly expiresAt: Milliseconds
}

/**
 * Verifies a system token's form, signature, system and API client, but not its expiry: what an expired one is still
 * good for differs between rooms. One that expired longer ago than the grace is refused `token_expired`.
 */
export type VerifySystemToken = (token: string) => Promise<Verified | Refusal>
