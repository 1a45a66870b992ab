/** Lets a scenario happen in a building. It must not know what it is about, or what is reported of it. */
import { setStage } from "./cast.js"
import type { Misfit } from "./casting.js"
import type { Chance, Turns } from "./chance.js"
import type { Change, Plot } from "./life.js"
import type { Plan } from "./plan.js"
import { Roles, type Due } from "./roles.js"
import type { Scenario } from "./scenario.js"
import type { Scene } from "./scenes.js"
import type { Site } from "./site.js"
import { Troupe, type World } from "./troupe.js"
import { verbEntry } from "./verbs.js"

export interface DramaOptions {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly site: Site
  readonly world: World
  readonly chance: Chance
  readonly from: number
}

export class Drama implements Plot {
  readonly #site: Site
  readonly #chance: Chance
  readonly #troupe: Troupe
  readonly #roles: Roles

  constructor({ site, world, ...options }: DramaOptions) {
    this.#site = site
    this.#chance = options.chance
    this.#troupe = new Troupe(world)
    this.#roles = new Roles(options)
  }

  get misfits(): readonly Misfit[] {
    return this.#roles.misfits
  }

  nextAt(): number {
    return Math.min(this.#roles.nextAt(), this.#troupe.nextAt())
  }

  goOn(): void {
    const at = this.nextAt()
    if (this.#troupe.nextAt() === at) this.#troupe.goOn()
    else this.#begin(this.#roles.take(), at)
  }

  hear(): void {
    // A scenario goes on whatever is said.
  }

  clear(place: string, lasts: number, at: number): void {
    this.#troupe.clear(place, lasts, at)
  }

  replan({ plan, gone }: Change, at: number): void {
    this.#troupe.leave(gone)
    this.#roles.cast(plan, at)
  }

  shift(by: number): void {
    this.#roles.shift(by)
    this.#troupe.shift(by)
  }

  #begin(due: Due, at: number): void {
    if (this.#roles.isOver(due, at)) return this.#roles.planNext(due, at)
    const scene = this.#findScene(due, at)
    if (scene === undefined) return this.#roles.retry(due, at)
    this.#troupe.begin(scene, at)
    this.#roles.repeat(due, at)
  }

  #findScene({ role, place }: Due, at: number): Scene | undefined {
    const { act } = role
    const entry = verbEntry(act.does)
    const lasts = act.lasts ?? entry.lasts ?? 0
    const places: Turns<string> = place === undefined ? role.draws : { deal: (play) => play(place) }
    if (entry.at === "lines") return this.#cut(places, lasts)
    const stage = setStage({
      at,
      chance: this.#chance,
      control: this.#site.control,
      doorIds: places,
      people: role.crowd,
      door: (id) => this.#site.door(id),
      isFree: (id) => this.#troupe.isFree(id),
      isScheduled: (id) => this.#site.isScheduled(id),
    })
    return entry.play(lasts)(stage)
  }

  /** One of these lines that is whole is cut, and mended after so long. */
  #cut(places: Turns<string>, lasts: number): Scene | undefined {
    const id = places.deal((place) => (this.#troupe.isFree(place) ? place : undefined))
    if (id === undefined) return undefined
    const beats = [
      { after: 0, act: { does: "cuts", id } as const },
      { after: lasts, act: { does: "mends", id } as const },
    ]
    return { place: id, lasts, beats }
  }
}
