/** What the node link needs of the other rooms, and how it is set. It must not know who gives it. */
import type { IncomingMessage } from "node:http"
import type { Places } from "../core/allowance.js"
import type { AcceptReports, ChangeSystem, Milliseconds } from "../core/ports.js"
import type { TellPresence } from "../core/presence.js"
import type { LinkFate } from "./fate.js"
import type { OrderDeps } from "./orders.js"
import type { SyncsDeps } from "./syncs.js"

export interface LinkSettings {
  /** For how long nothing may be heard of a cloud node before its link ends and it is told to be gone. */
  readonly silence: Milliseconds
  /** How long a link may take to prove its key. */
  readonly proveWithin: Milliseconds
  /** Of one cloud node, in the long run; Infinity sets no limit. */
  readonly reportsPerSecond: number
}

export interface LinkDeps extends LinkSettings, OrderDeps, SyncsDeps {
  readonly accept: AcceptReports
  readonly change: ChangeSystem
  readonly tellPresence: TellPresence
  readonly places: Places
  /** The address of whoever asks. */
  readonly addressOf: (request: IncomingMessage) => string
  /** Makes a key, and its hash. */
  readonly newKey: () => { readonly secret: string; readonly secretHash: string }
  /** Hears of each link when it has ended. */
  readonly told: (fate: LinkFate) => void
}
