/**
 * What is said on the node link, between a cloud node and the server: JSON text, one message a frame. This file has the
 * shapes; `validate` reads those that come from outside. PROTOCOL §16.
 */
import type { RefusalCode } from "./refusals.js"

/** Where a cloud node asks for its WebSocket. */
export const linkPath = "/node-link"

/** Versions of the link that one side speaks, both ends included. */
export interface VersionRange {
  readonly min: number
  readonly max: number
}

/** What this version of ours speaks. */
export const linkVersions: VersionRange = { min: 1, max: 1 }

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
    }
  | { readonly type: "reports"; readonly reports: readonly unknown[] }
  | { readonly type: "rotateKey" }
  | { readonly type: "keyKept"; readonly proof: string }

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
  /** A run of which nothing was kept, with what it brings; or, without, why the link ends. */
  | ({ readonly type: "refused"; readonly code: RefusalCode; readonly message: string } & Partial<Brings>)

/** WebSocket's own code for a server that is about to be started again. */
const serviceRestart = 1012

/** The code with which a link is closed that ends by a refusal of this status. */
export const closeCodeOf = (code: RefusalCode, status: number): number =>
  code === "draining" ? serviceRestart : 4000 + status
