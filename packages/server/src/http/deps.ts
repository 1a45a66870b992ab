/** What REST needs of the other rooms. It must not know who gives it. */
import type { IncomingMessage } from "node:http"
import type { Filter, Refusal, RefusalCode, StreamState } from "@doorstream/contract"
import type { CommandNode } from "../core/commands.js"
import type { DeadLetters } from "../core/letters.js"
import type { Allowance, Later } from "../core/allowance.js"
import type { ListenOverHttp } from "../core/listening.js"
import type { RevokeToken } from "../core/revoked.js"
import type {
  AcceptReports,
  ApiClient,
  ChangeSystem,
  Milliseconds,
  Registry,
  SystemId,
  Verified,
  VerifySystemToken,
} from "../core/ports.js"
import type { Seen } from "../core/seen.js"
import type { Wanted } from "../core/tokens.js"

export interface HttpDeps {
  readonly registry: Registry
  readonly tokens: TokensForHttp
  readonly accept: AcceptReports
  /** The one way in which a system is changed. */
  readonly change: ChangeSystem
  readonly revokeToken: RevokeToken
  /** Has cloud nodes do things. */
  readonly command: CommandNode
  /** What a token lets somebody see of its system's registry. */
  readonly seenBy: (token: Verified) => Seen
  /** Has events heard. */
  readonly listen: ListenOverHttp<IncomingMessage>
  /** The state of a token's system, as far as it grants and a filter selects it. */
  readonly readState: (token: Verified, filter: Filter | undefined) => Promise<StreamState | Refusal>
  /** Makes a secret, and its hash. */
  readonly newSecret: () => { readonly secret: string; readonly secretHash: string }
  /** Forgets what is kept of refused reports that tell of somebody who is erased. */
  readonly letters: Pick<DeadLetters, "redact">
  /** Does what writes about so many bytes; refuses instead where there is no room for them. */
  readonly spend: <T>(bytes: number, work: () => Promise<T>) => Promise<T | Refusal>
  /** A hash of a PIN, which is all that is kept of it. */
  readonly hashPin: (pin: string) => Promise<string>
  /** A UUID that was never used. */
  readonly freshId: () => string
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** An API client asks something of REST; answers how often it still may. */
  readonly takeCall: (clientId: string) => Allowance
  /** An API client requests a token; answers why it cannot have one for now. */
  readonly takeToken: (clientId: string) => Later | undefined
  /** How large a request with reports may be, in bytes and in reports. */
  readonly most: { readonly bodySize: number; readonly reportsPerRequest: number }
  /** Hears of each request that was larger. */
  readonly tooMuch: (limit: "bodySize" | "reportsPerRequest") => void
  /** Hears of each refusal that was answered. */
  readonly refused: (code: RefusalCode) => void
  /** Where this server is reached from outside, without a slash at its end. No Host header is ever asked. */
  readonly publicUrl: () => string
  /** Which Doorstream this is. */
  readonly version: string
  readonly ready: () => boolean
  /** It replays the past: whatever would change something is refused. */
  readonly isReplay?: boolean
  /** How much room there is for the log; `broken` when it cannot be written until the server is started anew. */
  readonly storage: () => "ample" | "scarce" | "full" | "broken"
  readonly now: () => Milliseconds
  /** Tells of a fault, once; `what` says what was being done and holds nothing that came from outside. */
  readonly log: (fault: unknown, what: string) => void
}

export interface TokensForHttp {
  /** The API client with this id and secret. */
  recognise(clientId: string, secret: string): ApiClient | undefined
  issueIdToken(client: ApiClient): Promise<string>
  issueAccessToken(client: ApiClient): Promise<string>
  issueSystemToken(client: ApiClient, systemId: SystemId, wanted?: Wanted): Promise<string>
  /** Verifies an id token, or the access token that came with it. */
  verifyClientToken(token: string): Promise<ApiClient | Refusal>
  readonly verifySystemToken: VerifySystemToken
  /** The public keys as a JWK set. */
  publishedKeys(): { readonly keys: readonly object[] }
}
