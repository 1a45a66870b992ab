/**
 * What a scenario says: who does what at which doors, when and how often. It is data that somebody has written; this
 * file must not know files, or what comes of it.
 */
import { verbs, type Verb } from "./verbs.js"

/** Durations are in milliseconds. */
export type Timing =
  /** Once, at each of the places. */
  | { readonly how: "once"; readonly after: number }
  /** Again and again: `every` so long somewhere among the places, or so at `each` of them; on average. */
  | {
      readonly how: "every" | "each"
      readonly interval: number
      readonly from: number
      /** The scenario's end unless told. */
      readonly until?: number
    }

export interface ScenarioAct {
  /** Where it stands in its file. */
  readonly line: number
  readonly does: Verb
  /** What the places are, and their names; `*` stands for any text in a name, and by itself for all. */
  readonly at: "doors" | "cloud-nodes" | "connections"
  readonly names: readonly string[]
  /** Names of people and groups; anybody unless told. */
  readonly who?: readonly string[]
  readonly timing: Timing
  /** For how long, of what lasts. */
  readonly lasts?: number
}

export interface Scenario {
  readonly name: string
  readonly about?: string
  /** After so long it begins again; it goes on for ever unless told. */
  readonly lasts?: number
  readonly acts: readonly ScenarioAct[]
}

export const isVerb = (word: string): word is Verb => Object.hasOwn(verbs, word)
