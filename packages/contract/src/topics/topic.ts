/** What one entry of the contract's table is. It must not know any particular topic. */
import type { Fields } from "../fields.js"

/** The registry objects that a report's event carries with it. */
export type Embedded = "device" | "holder"

/** How a request was made: the vendor's word for a card, the others by analogy (facts §3). */
export type RequestFactor = "CARD_ONLY" | "PIN_ONLY" | "CARD_AND_PIN"

const requestFactors: ReadonlySet<unknown> = new Set<RequestFactor>(["CARD_ONLY", "PIN_ONLY", "CARD_AND_PIN"])

export const isRequestFactor = (factor: unknown): factor is RequestFactor => requestFactors.has(factor)

/**
 * A sentence that a person reads. `{holder}` and `{device}` become `%s` and, in the order in which they stand,
 * the placeholders. Requests have one per factor, and one for a factor that we have no words for.
 */
export type Sentence = string | Readonly<Record<RequestFactor | "other", string>>

/** The order of the keys of `cloudNode`, which differs between topics in the specification. */
export type CloudNodeOrder = "serialNumber first" | "name first"

/** An event that a cloud node's report causes: `{id, topic, body, cloudNode, occurred}`. */
export interface ReportedTopic<
  F extends Fields = Fields,
  E extends readonly Embedded[] = readonly Embedded[],
> {
  readonly envelope: "report"
  readonly means: string
  /** The body's own fields, in order; what is embedded follows them. */
  readonly body: F
  readonly embeds: E
  readonly cloudNode: CloudNodeOrder
  readonly sentence?: Sentence
}

/** An event about a registry object: `{id, systemId, topic, body, metadata}`. */
export interface EntityTopic<F extends Fields = Fields> {
  readonly envelope: "entity"
  readonly means: string
  readonly body: F
}

/** A cloud node that came or went: the fields themselves, without an envelope around them. */
export interface PresenceTopic<F extends Fields = Fields> {
  readonly envelope: "presence"
  readonly means: string
  readonly body: F
}

/** How far a cloud node is with syncing: `{systemId, panelSn, details}`. */
export interface SyncTopic<F extends Fields = Fields> {
  readonly envelope: "sync"
  readonly means: string
  readonly details: F
}

/** The sentence beside an event: `{topic, info, placeholders, cloudNode, occurred}`. */
export interface LiveTopic {
  readonly envelope: "live"
  readonly means: string
  readonly cloudNode: CloudNodeOrder
}

export type TopicEntry = ReportedTopic | EntityTopic | PresenceTopic | SyncTopic | LiveTopic

/** Keeps an entry's literal types while holding it to the shape of an entry. */
export const topic = <const T extends TopicEntry>(entry: T): T => entry
