/** What the operator API needs of the other rooms. It must not know who gives it. */
import type { Milliseconds, Registry } from "../core/ports.js"

export interface OperatorDeps {
  readonly registry: Registry
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
  /** Tells of a fault, once; `what` says what was being done. */
  readonly log: (fault: unknown, what: string) => void
}

interface ServerProcess {
  readonly version: string
  readonly pid: number
  readonly started: Milliseconds
}
