/**
 * Who may listen: looks at a connection's token before Engine.IO's handshake, so that the verdict is there when
 * Socket.IO asks for it without waiting. A client that sends before it may (the specification's raw sample) would be
 * dropped by any waiting at that point. PROTOCOL §2.
 */
import type { IncomingMessage } from "node:http"
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { readListenerName } from "../../core/names.js"
import type { Verified, VerifySystemToken } from "../../core/ports.js"
import type { Tail } from "../tail.js"

/** A listener that was let in. */
export interface Admitted {
  readonly token: Verified
  readonly tail: Tail
  /** What it calls itself, where it has a name. */
  readonly name: string | undefined
}

/** What a connection says of itself; `systemId` may be left out, the token names it. */
export interface Claim {
  readonly token: unknown
  readonly systemId: unknown
  /** The name of the listener; most have none. */
  readonly listener: unknown
}

export interface Admission {
  /** Judges a claim, whichever way it came. */
  judge(claim: Claim): Promise<Admitted | Refusal>
  /** Judges the claim in a handshake's URL, once, and remembers the verdict with the request. */
  meetHandshake(request: IncomingMessage): Promise<void>
  /** The verdict on the request that began the connection; undefined where its URL carries no token. */
  verdictOn(request: IncomingMessage): Admitted | Refusal | undefined
}

/** Whether a token may be used for listening by a connection that names this system. */
export function judgeListening(token: Verified, systemId: unknown): Refusal | undefined {
  if (systemId !== undefined && systemId !== null && systemId !== "" && systemId !== token.systemId)
    return refuse("system_mismatch")
  return token.scopes.includes("listen") ? undefined : refuse("scope_missing", "The scope is listen.")
}

const readClaim = (request: IncomingMessage): Claim => {
  const query = new URL(request.url ?? "/", "http://doorstream.invalid").searchParams
  const [token, systemId, listener] = ["token", "systemId", "listener"].map(
    (name) => query.get(name) ?? undefined,
  )
  return { token, systemId, listener }
}

export function openAdmission(
  verify: VerifySystemToken,
  tailOf: (system: string) => Promise<Tail>,
): Admission {
  const verdicts = new WeakMap<IncomingMessage, Admitted | Refusal>()

  const judge = async ({ token, systemId, listener }: Claim): Promise<Admitted | Refusal> => {
    if (token === undefined || token === null || token === "") return refuse("token_missing")
    if (typeof token !== "string") return refuse("token_malformed")
    const verified = await verify(token)
    if (isRefusal(verified)) return verified
    const objection = judgeListening(verified, systemId)
    if (objection !== undefined) return objection
    const named = readListenerName(listener)
    return isRefusal(named) ? named : { token: verified, tail: await tailOf(verified.systemId), ...named }
  }

  return {
    judge,
    meetHandshake: async (request) => {
      if (verdicts.has(request)) return
      const claim = readClaim(request)
      if (claim.token !== undefined) verdicts.set(request, await judge(claim))
    },
    verdictOn: (request) => verdicts.get(request),
  }
}
