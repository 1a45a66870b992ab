/** A hostile input: how it is played, and what must come of it. It must not know the server. */
import type { Site } from "./site.js"
import type { TransportRefusal } from "./transport.js"

/** What must come of an input: in the words of players.ts where it is ours, and else what the transport does by itself. */
export type Outcome = string | TransportRefusal

/** Resolves with what came of the input. */
export type Play = (site: Site) => Promise<string>

export interface Case {
  readonly name: string
  readonly play: Play
  readonly outcome: Outcome
}

/** Inputs that are each played in a way of their own. */
export type Plays = readonly (readonly [name: string, play: Play, outcome: Outcome])[]

export const casesOf = (kind: string, plays: Plays): readonly Case[] =>
  plays.map(([name, play, outcome]) => ({ name: `${kind}: ${name}`, play, outcome }))
