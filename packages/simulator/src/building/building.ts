/**
 * A building that lives: people go about in it, and its controllers report what happens. It must not know the clock or
 * the server: the caller says how far time has come, and gets what was reported until then.
 */
import type { Command, TopicName } from "@doorstream/contract"
import { castScenario } from "./casting.js"
import { createChance } from "./chance.js"
import { obey, type Obeyed } from "./commands.js"
import { createCourse, type Course } from "./course.js"
import type { Door } from "./door.js"
import { Drama } from "./drama.js"
import { Life } from "./life.js"
import type { Sending } from "./lines.js"
import { findMeans } from "./means.js"
import type { Plan } from "./plan.js"
import { Premises } from "./premises.js"
import type { Scenario } from "./scenario.js"
import type { Act } from "./scenes.js"
import type { SyncBegun } from "./syncs.js"
import { causeOf, type Cause } from "./trigger.js"

export interface BuildingOptions {
  /** Without devices, nothing happens until `replan` brings some. */
  readonly plan: Plan
  /** The same options give the same reports. */
  readonly seed: number
  /** Begins every report's id, at most 100 characters: it sets the ids of one run apart from those of another. */
  readonly run: string
  /** When life begins, in milliseconds since 1970. */
  readonly from: number
  /** What happens; unless told, something every second or two, and it is never silent for three. */
  readonly scenario?: Scenario
}

export interface Building {
  /** When it will next do something, in milliseconds since 1970; never, if it will not. */
  nextAt(): number
  /** Lets time come so far, and tells what the cloud nodes sent until then, in order. */
  advance(to: number): Sending[]
  /** Lets time come so far and does something then: at the door with this id, or to a line. Throws if it is not there. */
  act(deviceId: string, act: Act, at: number): Sending[]
  /**
   * Makes a topic happen at a door, by the cause that it takes, now or as soon as that can be: it happens as time
   * comes on, and whoever is at the door leaves. Where it cannot happen, nothing does, and the answer says why.
   */
  trigger(topic: TopicName, deviceId: string, at: number): Cause
  /**
   * Lets time come so far and does what a door is told from afar, or says why that cannot be; what comes of it comes
   * with `advance`. Throws when there is no such door.
   */
  obey(deviceId: string, command: Command, at: number): Obeyed
  /**
   * Lets time come so far and takes another plan then, and tells what was sent. What stays goes on as it was; the same
   * plan changes nothing. Throws a RangeError, and keeps the old one, when the plan contradicts itself.
   */
  replan(plan: Plan, at: number): Sending[]
  /**
   * Lets time come so far; then the controllers of a cloud node begin to take over what came, of such a type
   * (`people`, `access_rules`, `ao_rules`). What they report comes with `advance`, and behind it the Sending `synced`.
   * One that begins before an older one has ended takes its place. Throws when there is no such cloud node.
   */
  sync(cloudNodeId: string, type: string, at: number): SyncBegun
  /** What it does otherwise than it was told, and why, in words: time zones and acts of the scenario that it cannot follow. */
  troubles(): readonly string[]
  /** The door as it stands. Throws when there is no such door. */
  door(deviceId: string): Door
  /** Whether the server can reach the door: neither its cloud node nor its connection is cut off. */
  reaches(deviceId: string): boolean
  /** Moves all that is going on by so many milliseconds: when the clock has jumped, life goes on where it was. */
  shift(by: number): void
}

/** Controllers take chances of their own, so that people do the same whether anything is synced or not. */
const controllersSeed = 0x5eed

/**
 * Opens a building in which all doors are closed, locked and quiet. Throws a RangeError when its plan contradicts itself,
 * or when it has doors and the scenario does not fit it: `castScenario` says beforehand what does not.
 *
 * @example
 * const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run-1", from: 0 })
 * building.advance(60_000) // what was sent in a minute
 */
export function openBuilding(options: BuildingOptions): Building {
  if (options.plan.devices.length > 0) mustFit(options)
  return new LivingBuilding(options)
}

function mustFit({ scenario, plan }: BuildingOptions): void {
  const [misfit] = scenario === undefined ? [] : castScenario(scenario, plan).misfits
  if (misfit !== undefined) throw new RangeError(`The scenario does not fit: ${misfit.reason}.`)
}

function createPlot({ scenario, plan, seed, from }: BuildingOptions, premises: Premises): Life | Drama {
  const setting = { plan, site: premises.site, world: premises, chance: createChance(seed), from }
  return scenario === undefined ? new Life(setting) : new Drama({ ...setting, scenario })
}

class LivingBuilding implements Building {
  #plan: Plan
  readonly #premises: Premises
  readonly #plot: Life | Drama
  readonly #course: Course

  constructor(options: BuildingOptions) {
    const { plan, seed, run, from } = options
    this.#plan = plan
    this.#premises = new Premises(plan, run, from, createChance(seed ^ controllersSeed))
    this.#plot = createPlot(options, this.#premises)
    this.#premises.hear = (said) => this.#plot.hear(said)
    this.#course = createCourse(this.#premises, this.#plot)
  }

  nextAt(): number {
    return this.#course.nextAt()
  }

  advance(to: number): Sending[] {
    this.#course.come(to)
    return this.#premises.takeSent()
  }

  act(place: string, act: Act, at: number): Sending[] {
    this.#course.come(at)
    this.#premises.act(place, act, at)
    return this.#premises.takeSent()
  }

  trigger(topic: TopicName, deviceId: string, at: number): Cause {
    this.#course.come(at)
    const { site } = this.#premises
    const cause = causeOf(topic, site.door(deviceId), at, findMeans(this.#plan, site, deviceId, at))
    const { beats = [] } = cause
    if (beats.length > 0) this.#plot.clear(deviceId, (beats.at(-1)?.after ?? 0) + 1_000, at)
    for (const { after, act } of beats) this.#course.plan(deviceId, act, at + after)
    return cause
  }

  obey(deviceId: string, command: Command, at: number): Obeyed {
    this.#course.come(at)
    const { site, lines } = this.#premises
    const door = site.door(deviceId)
    if (!lines.reaches(deviceId))
      return { impossible: "The door's controller is cut off from its cloud node." }
    const obeyed = obey(command, door, site.control)
    if (obeyed.act !== undefined) this.#premises.act(deviceId, obeyed.act, at)
    return obeyed
  }

  replan(plan: Plan, at: number): Sending[] {
    this.#course.come(at)
    this.#premises.replan(plan, at)
    const gone = this.#plan.devices.map(({ id }) => id).filter((id) => !this.#premises.site.has(id))
    this.#plan = plan
    this.#plot.replan({ plan, gone }, at)
    this.#course.leave(gone)
    return this.#premises.takeSent()
  }

  sync(cloudNodeId: string, type: string, at: number): SyncBegun {
    if (!this.#plan.cloudNodes.some(({ id }) => id === cloudNodeId))
      throw new Error(`There is no cloud node ${cloudNodeId} in this building.`)
    this.#course.come(at)
    return this.#premises.syncs.begin(cloudNodeId, type, at)
  }

  troubles(): readonly string[] {
    const misfits = this.#plot instanceof Drama ? this.#plot.misfits : []
    const quiet = misfits.map(({ line, reason }) => `Line ${line} of the scenario is left out: ${reason}.`)
    return [...this.#premises.site.troubles, ...quiet]
  }

  door(deviceId: string): Door {
    return this.#premises.site.door(deviceId)
  }

  reaches(deviceId: string): boolean {
    return this.#premises.lines.reaches(deviceId)
  }

  shift(by: number): void {
    this.#course.shift(by)
  }
}
