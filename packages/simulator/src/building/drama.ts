/** Lets a scenario happen in a building. It must not know what it is about, or what is reported of it. */
import type { Holder } from "@doorstream/contract"
import { createAgenda } from "./agenda.js"
import { setStage } from "./cast.js"
import type { Part } from "./casting.js"
import { drawFrom, type Chance, type Turns } from "./chance.js"
import type { Plot } from "./life.js"
import type { Timing } from "./scenario.js"
import type { Scene } from "./scenes.js"
import type { Site } from "./site.js"
import { Troupe, type World } from "./troupe.js"
import { verbEntry } from "./verbs.js"

/** A part with its places and people in the order of chance. */
interface Role extends Part {
  readonly draws: Turns<string>
  readonly crowd: Turns<Holder>
}

interface Due {
  readonly role: Role
  /** The place, where it is not any of them. */
  readonly place: string | undefined
  /** How often the scenario has begun again before this. */
  readonly round: number
  /** How long it waits to be tried again if nothing can begin now. */
  readonly patience: number
}

/** Where a door is taken or nobody fits, it is tried again so soon; then less and less often, down to so. */
const soon = 500
const seldom = 60_000

export interface DramaOptions {
  readonly parts: readonly Part[]
  /** After so many milliseconds it begins again. */
  readonly lasts: number | undefined
  readonly site: Site
  readonly world: World
  readonly chance: Chance
  readonly from: number
}

export class Drama implements Plot {
  readonly #site: Site
  readonly #chance: Chance
  readonly #troupe: Troupe
  readonly #agenda = createAgenda<Due>()
  readonly #lasts: number
  #from: number

  constructor({ parts, lasts = Infinity, site, world, chance, from }: DramaOptions) {
    this.#site = site
    this.#chance = chance
    this.#troupe = new Troupe(world)
    this.#lasts = lasts
    this.#from = from
    for (const part of parts) this.#enlist(part)
  }

  nextAt(): number {
    return Math.min(this.#agenda.nextAt() ?? Infinity, this.#troupe.nextAt())
  }

  goOn(): void {
    const at = this.nextAt()
    if (this.#troupe.nextAt() === at) this.#troupe.goOn()
    else this.#begin(this.#agenda.take() as Due, at)
  }

  hear(): void {
    // A scenario goes on whatever is said.
  }

  clear(place: string, lasts: number, at: number): void {
    this.#troupe.clear(place, lasts, at)
  }

  shift(by: number): void {
    this.#from += by
    this.#agenda.shift(by)
    this.#troupe.shift(by)
  }

  #enlist(part: Part): void {
    const role: Role = {
      ...part,
      draws: drawFrom(part.places, this.#chance),
      crowd: drawFrom(part.people, this.#chance),
    }
    const places = part.act.timing.how === "every" ? [undefined] : part.places
    for (const place of places) this.#planFirst({ role, place, round: 0, patience: soon })
  }

  /** Plans what it does first in a round: of what happens again and again, at any moment of the first interval. */
  #planFirst(due: Due): void {
    const { timing } = due.role.act
    const begins = this.#begins(due.round)
    if (begins === Infinity) return
    if (timing.how === "once") this.#agenda.add(begins + timing.after, due)
    else this.#agenda.add(begins + timing.from + this.#chance.between(0, timing.interval), due)
  }

  /** The first round begins at once, and never the next one of a scenario that lasts for ever. */
  #begins(round: number): number {
    return round === 0 ? this.#from : this.#from + round * this.#lasts
  }

  #endOf(timing: Timing, round: number): number {
    const until = timing.how === "once" ? undefined : timing.until
    return this.#begins(round) + Math.min(until ?? Infinity, this.#lasts)
  }

  #begin(due: Due, at: number): void {
    const { timing } = due.role.act
    const ends = this.#endOf(timing, due.round)
    if (at >= ends) return this.#planFirst({ ...due, round: due.round + 1, patience: soon })
    const scene = this.#findScene(due, at)
    if (scene === undefined) {
      const patience = Math.min(seldom, due.patience * 2)
      this.#agenda.add(Math.min(ends, at + due.patience), { ...due, patience })
      return
    }
    this.#troupe.begin(scene, at)
    if (timing.how === "once") return this.#planFirst({ ...due, round: due.round + 1, patience: soon })
    const [least, most] = [Math.ceil(timing.interval / 2), Math.floor(timing.interval * 1.5)]
    this.#agenda.add(at + this.#chance.between(least, most), { ...due, patience: soon })
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
      connectionIds: [],
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
