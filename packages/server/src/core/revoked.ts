/**
 * Tokens that were revoked before their time: the shape in which they are kept, and for how long. It must not know where
 * that is, nor who revokes.
 */
import type { Author, Beside, Milliseconds, SystemId } from "./ports.js"

export interface RevokedToken {
  /** The token's `jti`. The token itself is never kept. */
  readonly id: string
  readonly revoked: Milliseconds
  /** null where nobody knows it: the id alone was named. */
  readonly expires: Milliseconds | null
}

export interface RevokedTokens {
  has(id: string): boolean
  /**
   * Revokes at once, as far as this process goes.
   *
   * @param write makes the write, and `beside` in it; where it fails, the token is good again
   */
  revoke(token: RevokedToken, write: (beside: Beside) => Promise<void>): Promise<void>
}

/** Revokes a token for somebody, with a word of it in the audit, and ends what listens with it. */
export type RevokeToken = (
  token: Pick<RevokedToken, "id" | "expires"> & { readonly system?: SystemId },
  by: Author,
) => Promise<void>

/** The longest that any token may live, whatever the settings were when it was issued. */
const longestLife: Milliseconds = 86_400_000

/** By so much a clock may be set back, and a grace be lengthened, before what was revoked is good again. */
const margin: Milliseconds = 7 * 86_400_000

/** From when on the token could not be used even if it were not revoked. */
export const uselessFrom = ({ revoked, expires }: RevokedToken, grace: Milliseconds): Milliseconds =>
  (expires ?? revoked + longestLife) + grace + margin

/** An id as this server gives them: whoever mistypes one must not believe that something was revoked. */
export const isTokenId = (id: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)
