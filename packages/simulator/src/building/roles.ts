/**
 * The acts of a scenario with the places and people that there are for them at this moment, and when each is due. It
 * must not know what anybody does.
 */
import { createAgenda } from "./agenda.js"
import { castScenario, type Misfit } from "./casting.js"
import { drawFrom, type Chance, type Turns } from "./chance.js"
import type { Plan } from "./plan.js"
import type { Scenario, ScenarioAct, Timing } from "./scenario.js"

/** An act, and who and what there is for it; nothing where the building lacks something that it needs. */
export interface Role {
  readonly act: ScenarioAct
  places: ReadonlySet<string>
  /** In the order of chance. */
  draws: Turns<string>
  crowd: Turns<string>
  /** Places for which it was ever planned: who comes back is not new. */
  readonly known: Set<string | undefined>
}

export interface Due {
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

export interface RolesOptions {
  readonly scenario: Scenario
  readonly plan: Plan
  readonly chance: Chance
  readonly from: number
}

const isThere = ({ role, place }: Due): boolean =>
  place === undefined ? role.places.size > 0 : role.places.has(place)

export class Roles {
  readonly #scenario: Scenario
  readonly #chance: Chance
  readonly #roles: readonly Role[]
  readonly #agenda = createAgenda<Due>()
  /** What is due at places that are gone, until they come back. */
  #waiting: { readonly due: Due; readonly at: number }[] = []
  #misfits: readonly Misfit[] = []
  #from: number

  constructor({ scenario, plan, chance, from }: RolesOptions) {
    this.#scenario = scenario
    this.#chance = chance
    this.#from = from
    this.#roles = scenario.acts.map((act) => ({
      act,
      places: new Set(),
      draws: drawFrom([], chance),
      crowd: drawFrom([], chance),
      known: new Set(),
    }))
    this.cast(plan, from)
  }

  /** Which acts are quiet because the building lacks what they need. */
  get misfits(): readonly Misfit[] {
    return this.#misfits
  }

  /** Finds places and people anew. What is due where nothing is any more waits until it is there again. */
  cast(plan: Plan, at: number): void {
    const { parts, misfits } = castScenario(this.#scenario, plan)
    this.#misfits = misfits
    const found = new Map(parts.map((part) => [part.act, part]))
    for (const role of this.#roles) {
      const { places = [], people = [] } = found.get(role.act) ?? {}
      role.places = new Set(places)
      role.draws = drawFrom(places, this.#chance)
      role.crowd = drawFrom(people, this.#chance)
    }
    this.#agenda.keep((due, dueAt) => {
      if (!isThere(due)) this.#waiting.push({ due, at: dueAt })
      return isThere(due)
    })
    const waiting = this.#waiting
    this.#waiting = waiting.filter(({ due }) => !isThere(due))
    for (const { due, at: dueAt } of waiting.filter((one) => isThere(one.due))) this.#resume(due, dueAt, at)
    for (const role of this.#roles) this.#enlist(role, at)
  }

  nextAt(): number {
    return this.#agenda.nextAt() ?? Infinity
  }

  take(): Due {
    return this.#agenda.take() as Due
  }

  /** Whether the round to which it belongs is over at this moment, or its part of it. */
  isOver({ role, round }: Due, at: number): boolean {
    return at >= this.#endOf(role.act.timing, round)
  }

  /** Nothing could begin: it is tried again. */
  retry(due: Due, at: number): void {
    const patience = Math.min(seldom, due.patience * 2)
    const ends = this.#endOf(due.role.act.timing, due.round)
    this.#agenda.add(Math.min(ends, at + due.patience), { ...due, patience })
  }

  /** It was done: it comes again after about its interval, or in the next round. */
  repeat(due: Due, at: number): void {
    const { timing } = due.role.act
    if (timing.how === "once") return this.planNext(due, at)
    const [least, most] = [Math.ceil(timing.interval / 2), Math.floor(timing.interval * 1.5)]
    this.#agenda.add(at + this.#chance.between(least, most), { ...due, patience: soon })
  }

  /** It comes in the next round again. */
  planNext(due: Due, at: number): void {
    this.#planFirst({ ...due, round: due.round + 1, patience: soon }, at)
  }

  shift(by: number): void {
    this.#from += by
    this.#agenda.shift(by)
    this.#waiting = this.#waiting.map(({ due, at }) => ({ due, at: at + by }))
  }

  /** Plans what has not been planned yet: at the places that are new, in the round that goes on. */
  #enlist(role: Role, at: number): void {
    const all = role.act.timing.how === "every" ? (role.places.size > 0 ? [undefined] : []) : role.places
    for (const place of all) {
      if (role.known.has(place)) continue
      role.known.add(place)
      this.#planFirst({ role, place, round: this.#roundAt(at), patience: soon }, at)
    }
  }

  /** What fell due while its place was gone is done at once, or in the round that goes on by now. */
  #resume(due: Due, dueAt: number, at: number): void {
    if (dueAt >= at) return this.#agenda.add(dueAt, due)
    this.#planFirst({ ...due, round: Math.max(due.round, this.#roundAt(at)), patience: soon }, at)
  }

  /**
   * Plans what it does first in a round, but not before a moment: of what happens again and again, at any moment of the
   * first interval.
   */
  #planFirst(due: Due, earliest: number): void {
    const { timing } = due.role.act
    const begins = this.#begins(due.round)
    if (begins === Infinity) return
    if (timing.how === "once") this.#agenda.add(Math.max(earliest, begins + timing.after), due)
    else {
      const first = Math.max(earliest, begins + timing.from)
      this.#agenda.add(first + this.#chance.between(0, timing.interval), due)
    }
  }

  #roundAt(at: number): number {
    return Math.floor((at - this.#from) / this.#lasts)
  }

  get #lasts(): number {
    return this.#scenario.lasts ?? Infinity
  }

  /** The first round begins at once, and never the next one of a scenario that lasts for ever. */
  #begins(round: number): number {
    return round === 0 ? this.#from : this.#from + round * this.#lasts
  }

  #endOf(timing: Timing, round: number): number {
    const until = timing.how === "once" ? undefined : timing.until
    return this.#begins(round) + Math.min(until ?? Infinity, this.#lasts)
  }
}
