/**
 * A building that is never silent for long: a new scene begins whenever it has been quiet for a moment. It must not
 * know the clock or the server.
 */
import { setStage } from "./cast.js"
import { createDeck, type Chance, type Deck } from "./chance.js"
import type { Plan } from "./plan.js"
import { Repertoire } from "./repertoire.js"
import { readAt, type Scene, type Stage } from "./scenes.js"
import type { Said, Site } from "./site.js"
import { Troupe, type World } from "./troupe.js"

/** A building that has changed. */
export interface Change {
  readonly plan: Plan
  /** The ids of the doors that are no longer there. */
  readonly gone: readonly string[]
}

/** Makes things happen in a building. */
export interface Plot {
  /** When it will next do something; never, if it will not. */
  nextAt(): number
  /** Does what is next. */
  goOn(): void
  /** Is told what was said in the building, by whatever cause. */
  hear(said: readonly Said[]): void
  /** Keeps everybody away from a place for so long, also who is in the middle of something there. */
  clear(place: string, lasts: number, at: number): void
  /** Goes on in the building as it is now. Whoever was at a door that is gone is gone too. */
  replan(change: Change, at: number): void
  /** Moves all that is going on by so many milliseconds. */
  shift(by: number): void
}

/** How long it is quiet before somebody comes, in milliseconds. */
const shortestQuiet = 1_300
const longestQuiet = 2_400
/** Should a scene begin without a word, the next one follows so soon. */
const patience = 200
/** Two reports in so short a time are a crowd. */
const crowded = 1_000

export interface LifeOptions {
  readonly plan: Plan
  readonly site: Site
  readonly world: World
  readonly chance: Chance
  readonly from: number
}

const idsOf = (some: readonly { readonly id: string }[]): string[] => some.map(({ id }) => id)

export class Life implements Plot {
  #plan: Plan
  readonly #site: Site
  readonly #chance: Chance
  readonly #repertoire: Repertoire
  readonly #doorIds: Deck<string>
  readonly #people: Deck<string>
  readonly #troupe: Troupe
  /** When somebody comes if nothing is reported until then. */
  #quietUntil: number
  /** When the newest two reports occurred, the older one first. */
  #newest: readonly [number, number] = [-Infinity, -Infinity]

  constructor({ plan, site, world, chance, from }: LifeOptions) {
    this.#plan = plan
    this.#site = site
    this.#chance = chance
    this.#repertoire = new Repertoire(chance, from)
    this.#doorIds = createDeck(idsOf(plan.devices), chance)
    this.#people = createDeck(idsOf(plan.holders), chance)
    this.#troupe = new Troupe(world)
    this.#quietUntil = this.#endQuiet(from)
  }

  nextAt(): number {
    return Math.min(this.#troupe.nextAt(), this.#quietUntil)
  }

  goOn(): void {
    const at = this.nextAt()
    if (this.#troupe.nextAt() === at) {
      this.#troupe.goOn(at - this.#newest[0] < crowded)
      return
    }
    this.#quietUntil = at + patience
    this.#troupe.begin(this.#chooseScene(at), at)
  }

  hear(said: readonly Said[]): void {
    for (const { occurred } of said) this.#newest = [this.#newest[1], occurred]
    if (said.length > 0) this.#quietUntil = this.#endQuiet(this.#newest[1])
  }

  clear(place: string, lasts: number, at: number): void {
    this.#troupe.clear(place, lasts, at)
  }

  replan({ plan, gone }: Change, at: number): void {
    this.#plan = plan
    this.#doorIds.change(idsOf(plan.devices))
    this.#people.change(idsOf(plan.holders))
    this.#troupe.leave(gone)
    const waits = this.#quietUntil !== Infinity
    if (waits !== plan.devices.length > 0) this.#quietUntil = this.#endQuiet(at)
  }

  shift(by: number): void {
    this.#troupe.shift(by)
    this.#repertoire.shift(by)
    this.#quietUntil += by
    this.#newest = [this.#newest[0] + by, this.#newest[1] + by]
  }

  /** Where there is no door, it stays quiet. */
  #endQuiet(at: number): number {
    return this.#plan.devices.length === 0 ? Infinity : at + this.#chance.between(shortestQuiet, longestQuiet)
  }

  #setStage(at: number): Stage {
    return setStage({
      at,
      chance: this.#chance,
      control: this.#site.control,
      doorIds: this.#doorIds,
      people: this.#people,
      door: (id) => this.#site.door(id),
      isFree: (id) => this.#troupe.isFree(id),
      isScheduled: (id) => this.#site.isScheduled(id),
    })
  }

  #chooseScene(at: number): Scene {
    const stage = this.#setStage(at)
    const { devices } = this.#plan
    const anywhere = devices[this.#chance.between(0, devices.length - 1)]?.id ?? ""
    return this.#repertoire.choose(stage) ?? readAt(this.#site.door(anywhere), { card: stage.strangeCard() })
  }
}
