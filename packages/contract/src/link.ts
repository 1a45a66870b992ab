/**
 * What is said on the node link, between a cloud node and the server: JSON text, one message a frame. This file has the
 * shapes; `validate` reads those that come from outside. PROTOCOL §16.
 */
import type { NodeCommand } from "./commands.js"
import type { RefusalCode } from "./refusals.js"

/** Where a cloud node asks for its WebSocket. */
export const linkPath = "/node-link"

/** Versions of the link that one side speaks, both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What this version of ours speaks: from 2 on, cloud nodes are synced and commanded. */
export const linkVersions: VersionRange = { min: 1, max: 2 }

/** The most bytes of a frame, in either direction towards the server. */
export const linkFrameBytes = 65_536

/**
 * The text whose HMAC-SHA256 proves a key; the HMAC's own key is the SHA-256 of the panel's key.
 *
 * @example proofText("bm9uY2U", "1234ABC") // "doorstream-link\nbm9uY2U\n1234ABC"
 */
export const proofText = (nonce: string, serialNumber: string): string =>
  `doorstream-link\n${nonce}\n${serialNumber}`

/** What a cloud node says. */
export type NodeMessage =
  | {
      readonly type: "hello"
      readonly versions: VersionRange
      readonly serialNumber: string
      /** In hexadecimal. */
      readonly proof: string
      /** What it has taken over last; none where it knows nothing. Version 2. */
      readonly revision?: string | undefined
    }
  | { readonly type: "reports"; readonly reports: readonly unknown[] }
  | { readonly type: "rotateKey" }
  | { readonly type: "keyKept"; readonly proof: string }
  /** It has a part of a sync where a power cut cannot reach it. Version 2. */
  | { readonly type: "partTaken"; readonly revision: string; readonly part: number }
  /** All its controllers have taken over what it was sent. Version 2. */
  | { readonly type: "synced"; readonly revision: string }
  /** A command was carried out. Version 2. */
  | { readonly type: "commandDone"; readonly id: string }
  /** A command was not carried out, and will not be. Version 2. */
  | {
      readonly type: "commandRefused"
      readonly id: string
      readonly code: CommandObjection
      readonly message?: string | undefined
    }

/** Why a cloud node does not do what it is told. */
export const commandObjections = ["late", "repeated", "device_unknown", "not_possible"] as const
export type CommandObjection = (typeof commandObjections)[number]

/** Kinds of objects of the registry that a cloud node knows. */
export const syncedKinds = ["cloudNode", "connection", "device", "group", "holder", "rule"] as const
export type SyncedKind = (typeof syncedKinds)[number]

/** One object as a cloud node is to know it from then on, or that it is no longer there. */
export type SyncedObject =
  | { readonly kind: SyncedKind; readonly value: { readonly id: string } }
  | { readonly kind: SyncedKind; readonly removed: string }

/** What every answer brings beside what it says. `time` is the server's, in milliseconds since 1970. */
interface Brings {
  readonly credits: number
  readonly time: number
}

/** What the server says. */
export type ServerMessage =
  | {
      readonly type: "challenge"
      readonly versions: VersionRange
      readonly nonce: string
      readonly time: number
    }
  | ({
      readonly type: "welcome"
      readonly version: number
      readonly systemId: string
      readonly cloudNodeId: string
      /** Milliseconds without a sign after which either side may give the other up. */
      readonly silence: number
    } & Brings)
  | ({
      readonly type: "acknowledged"
      readonly accepted: readonly { readonly id: string; readonly position: number }[]
      readonly refused: readonly {
        readonly id: string | null
        readonly code: RefusalCode
        readonly message: string
      }[]
    } & Brings)
  | ({ readonly type: "credits" } & Brings)
  | { readonly type: "newKey"; readonly key: string }
  | { readonly type: "keyReplaced" }
  /**
   * A part of what is new to the cloud node; `part` counts from 0, the next comes when this one was taken. Where `from`
   * stands, these are the changes to what it knows at that revision; where not, all that there is to know. Version 2.
   */
  | {
      readonly type: "sync"
      readonly revision: string
      readonly from?: string
      readonly part: number
      readonly isLast: boolean
      readonly objects: readonly SyncedObject[]
    }
  /** To be done before `expires`, in milliseconds since 1970 by the server's clock, or never. Version 2. */
  | ({ readonly type: "command"; readonly id: string; readonly expires: number } & NodeCommand)
  /** A run of which nothing was kept, with what it brings; or, without, why the link ends. */
  | ({ readonly type: "refused"; readonly code: RefusalCode; readonly message: string } & Partial<Brings>)

/** WebSocket's own code for a server that is about to be started again. */
const serviceRestart = 1012

/** The code with which a link is closed that ends by a refusal of this status. */
export const closeCodeOf = (code: RefusalCode, status: number): number =>
  code === "draining" ? serviceRestart : 4000 + status
