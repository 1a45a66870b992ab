/**
 * Verifies tokens: the signature here, and what the claims are good for in `core/tokens`. Signatures that were found
 * good are remembered, since each costs some 100 µs; time and registry are asked anew at each use.
 */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { compactVerify, decodeProtectedHeader, errors, type ProtectedHeaderParameters } from "jose"
import type { ApiClient, Milliseconds, Registry, VerifySystemToken } from "../core/ports.js"
import { judgeClientToken, judgeSystemToken, type Said } from "../core/tokens.js"
import { algorithm, type Keys } from "./keys.js"
import { openMemory } from "./memory.js"

/** The most characters of a token that is looked at. */
const longestToken = 8192

/** How many good signatures are remembered; each takes less than 2 kB. */
const remembered = 10_000

export interface Verifying {
  readonly keys: Keys
  readonly registry: Registry
  readonly now: () => Milliseconds
  /** How long an expired system token still opens a stream, in milliseconds. */
  readonly grace: Milliseconds
  /** Whether the token of this id was revoked. */
  readonly isRevoked: (id: string) => boolean
}

export interface Verifier {
  readonly verifySystemToken: VerifySystemToken
  /** Verifies an id token, or the access token that came with it. */
  verifyClientToken(token: string): Promise<ApiClient | Refusal>
}

export function openVerifier({ keys, registry, now, grace, isRevoked }: Verifying): Verifier {
  const memory = openMemory<Said>(remembered)

  const read = async (token: string): Promise<Said | Refusal> => {
    const known = memory.recall(token)
    if (known !== undefined) return known
    const said = await readToken(token, keys)
    if (!isRefusal(said)) memory.remember(token, said)
    return said
  }
  return {
    verifySystemToken: async (token) => {
      const said = await read(token)
      if (isRefusal(said)) return said
      const judged = judgeSystemToken(said, { registry, now: now(), grace })
      return isRefusal(judged) || !isRevoked(judged.id) ? judged : refuse("token_revoked")
    },
    verifyClientToken: async (token) => {
      const said = await read(token)
      if (isRefusal(said)) return said
      const judged = judgeClientToken(said, { registry, now: now() })
      const { jti } = said.claims
      return isRefusal(judged) || typeof jti !== "string" || !isRevoked(jti)
        ? judged
        : refuse("token_revoked")
    },
  }
}

const readHeader = (token: string): ProtectedHeaderParameters | undefined => {
  try {
    return decodeProtectedHeader(token)
  } catch {
    return undefined
  }
}

/** Our keys sign objects alone; what else they may have signed, by another version, is no token here. */
function readClaims(payload: Uint8Array): Said["claims"] | undefined {
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    return typeof claims === "object" && claims !== null ? (claims as Said["claims"]) : undefined
  } catch {
    return undefined
  }
}

/** What the token says, or `token_malformed`, `token_forged`. Only our algorithm with one of our keys will do. */
async function readToken(token: string, keys: Keys): Promise<Said | Refusal> {
  if (token.length > longestToken || token.split(".").length !== 3) return refuse("token_malformed")
  const header = readHeader(token)
  if (header === undefined) return refuse("token_malformed")
  const key = header.alg === algorithm && typeof header.kid === "string" ? keys.find(header.kid) : undefined
  if (key === undefined) return refuse("token_forged")
  try {
    const { payload } = await compactVerify(token, key, { algorithms: [algorithm] })
    const claims = readClaims(payload)
    return claims === undefined ? refuse("token_malformed") : { type: header.typ, claims }
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) return refuse("token_forged")
    if (error instanceof errors.JOSEError) return refuse("token_malformed")
    throw error
  }
}
