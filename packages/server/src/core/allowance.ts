/** What limits are to the rooms that are under them. It must not know what the limits are. */
import type { RefusalCode } from "@doorstream/contract"

/** A refusal of what may be asked again later. */
export interface Later {
  readonly code: RefusalCode
  /** In how many seconds. */
  readonly retryAfter: number
}

/** How often somebody still may ask. */
export interface Allowance {
  /** How often in a row after a rest; Infinity where there is no limit. */
  readonly limit: number
  readonly remaining: number
  /** In how many seconds all of it is there again. */
  readonly reset: number
  /** Why not this time. */
  readonly later?: Later
}

/** Where connections are counted, each by the request that asked for it. */
export interface Places {
  /** The request's connection is for this API client. Asked again, it is not counted again. */
  takeAs(request: object, clientId: string): Later | undefined
  /** A connection came of the request, and holds its place until it calls back. */
  hold(request: object): () => void
}
