/** What the operator API needs of the other rooms. It must not know who gives it. */
import type { StreamListenerSilent } from "@doorstream/contract"
import type { Audit } from "../core/audit.js"
import type { Connected, LinkStanding } from "../core/connected.js"
import type { Hearing } from "../core/inspecting.js"
import type { DeadLetters, ReplayReport } from "../core/letters.js"
import type { ListenerName, Names } from "../core/names.js"
import type { RequiredListeners } from "../core/required.js"
import type { RevokeToken } from "../core/revoked.js"
import type { ChangeSystem, Log, Milliseconds, Registry, SystemId } from "../core/ports.js"

export interface OperatorDeps {
  readonly registry: Registry
  /** The one way in which what stands in a system is changed. */
  readonly changeSystem: ChangeSystem
  readonly audit: Audit
  readonly letters: Omit<DeadLetters, "keep">
  readonly names: Pick<Names, "list" | "find" | "forget">
  /** The logs. They tell nothing of holders who were erased. */
  readonly past: Pick<Log, "read" | "extent">
  readonly required: RequiredListeners
  readonly revokeToken: RevokeToken
  /** Whether there is an API client of this id, be it one that is kept or the demo's. */
  readonly knowsClient: (id: string) => boolean
  readonly now: () => Milliseconds
  /** A UUID that was never used. */
  readonly freshId: () => string
  /** A secret made at random, and its SHA-256 in hexadecimal, which alone is kept. */
  readonly newSecret: () => { readonly secret: string; readonly secretHash: string }
  /** Makes a key that signs from now on; resolves with its id. */
  readonly rotateKeys: () => Promise<string>
  /** What is measured, in Prometheus' text form; where no server runs there is nothing. */
  readonly metrics?: () => Promise<string>
  /** Makes a backup at an absolute path where nothing is; resolves with its bytes. */
  readonly backup: (to: string) => Promise<number>
  readonly process: ServerProcess
  /** What only a server has that runs. */
  readonly live?: LiveServer
  /** Tells of a fault, once; `what` says what was being done. */
  readonly log: (fault: unknown, what: string) => void
}

interface ServerProcess {
  readonly version: string
  readonly pid: number
  readonly started: Milliseconds
}

export interface LiveServer {
  readonly connected: Pick<Connected, "connections" | "standings" | "hearings">
  /** Who listened lately. */
  readonly ended: { of(system: SystemId): readonly Hearing[] }
  /** Why a listener that must hear is silent, where it is. */
  silenceOf?(of: ListenerName): StreamListenerSilent | undefined
  /** Ends the connections of those who may listen no more. */
  endRevoked(): void
  readonly replay: ReplayReport
  /** The links of cloud nodes, where there are any. */
  links?(): readonly LinkStanding[]
  /** Begins to forget what is no longer kept, such as the log of a system that is gone. */
  sweep(): void
}
