/**
 * Which scene is played next in everyday life: people come and go, and whatever has not happened for long comes first,
 * so that who listens for a minute hears of everything. It must not know when the next scene is played.
 */
import { createDeck, type Chance, type Turns } from "./chance.js"
import { incidents, visits } from "./plays.js"
import type { Play, Scene, Stage } from "./scenes.js"

/** An incident comes again after so long, in milliseconds, or as soon after that as it can. */
const soonest = 24_000
const latest = 30_000

interface Turn {
  readonly play: Play
  dueAt: number
}

export class Repertoire {
  readonly #chance: Chance
  readonly #visits: Turns<Play>
  /** The one that is due first comes first. */
  #incidents: Turn[]

  constructor(chance: Chance, from: number) {
    this.#chance = chance
    this.#visits = createDeck(visits, chance)
    this.#incidents = chance.shuffle(incidents).map((play, index) => ({ play, dueAt: from + index * 1_000 }))
  }

  /** Undefined when nothing can be played at this moment. */
  choose(stage: Stage): Scene | undefined {
    return this.#chooseIncident(stage) ?? this.#visits.deal((play) => play(stage))
  }

  shift(by: number): void {
    for (const turn of this.#incidents) turn.dueAt += by
  }

  #chooseIncident(stage: Stage): Scene | undefined {
    for (const turn of this.#incidents) {
      if (turn.dueAt > stage.at) return undefined
      const scene = turn.play(stage)
      if (scene === undefined) continue
      turn.dueAt = stage.at + this.#chance.between(soonest, latest)
      this.#incidents = this.#incidents.toSorted((one, other) => one.dueAt - other.dueAt)
      return scene
    }
    return undefined
  }
}
