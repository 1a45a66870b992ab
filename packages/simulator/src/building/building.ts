/**
 * A building that lives: people go about in it, and its controllers report what happens. It must not know the clock or
 * the server: the caller says how far time has come, and gets what was reported until then.
 */
import type { TopicName } from "@doorstream/contract"
import { createAgenda } from "./agenda.js"
import { castScenario } from "./casting.js"
import { createChance } from "./chance.js"
import type { Door } from "./door.js"
import { Drama, type DramaOptions } from "./drama.js"
import { Life, type Plot } from "./life.js"
import type { Sending } from "./lines.js"
import { findMeans } from "./means.js"
import type { Plan } from "./plan.js"
import { Premises } from "./premises.js"
import type { Scenario } from "./scenario.js"
import type { Act } from "./scenes.js"
import { causeOf, type Cause } from "./trigger.js"

export interface BuildingOptions {
  /** At least one device. */
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
  /** The door as it stands. Throws when there is no such door. */
  door(deviceId: string): Door
  /** Whether the server can reach the door: neither its cloud node nor its connection is cut off. */
  reaches(deviceId: string): boolean
  /** Moves all that is going on by so many milliseconds: when the clock has jumped, life goes on where it was. */
  shift(by: number): void
}

/**
 * Opens a building in which all doors are closed, locked and quiet. Throws a RangeError when it has no door, when its
 * plan contradicts itself, or when the scenario does not fit it: `castScenario` says beforehand what does not.
 *
 * @example
 * const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run-1", from: 0 })
 * building.advance(60_000) // what was sent in a minute
 */
export function openBuilding({ plan, seed, run, from, scenario }: BuildingOptions): Building {
  if (plan.devices.length === 0) throw new RangeError("A building has at least one door.")
  const premises = new Premises(plan, run, from)
  const setting = { plan, site: premises.site, world: premises, chance: createChance(seed), from }
  const plot = scenario === undefined ? new Life(setting) : new Drama({ ...setting, ...fit(scenario, plan) })
  premises.hear = (said) => plot.hear(said)
  const course = createCourse(premises, plot)
  return {
    nextAt: course.nextAt,
    door: (deviceId) => premises.site.door(deviceId),
    reaches: (deviceId) => premises.lines.reaches(deviceId),
    advance(to) {
      course.come(to)
      return premises.takeSent()
    },
    act(place, act, at) {
      course.come(at)
      premises.act(place, act, at)
      return premises.takeSent()
    },
    trigger(topic, deviceId, at) {
      course.come(at)
      const means = findMeans(plan, premises.site, deviceId, at)
      const cause = causeOf(topic, premises.site.door(deviceId), at, means)
      const { beats = [] } = cause
      if (beats.length > 0) plot.clear(deviceId, (beats.at(-1)?.after ?? 0) + 1_000, at)
      for (const { after, act } of beats) course.plan(deviceId, act, at + after)
      return cause
    },
    shift(by) {
      course.shift(by)
    },
  }
}

interface Course {
  nextAt(): number
  /** Does all that is to happen until then, in order. */
  come(to: number): void
  plan(place: string, act: Act, at: number): void
  shift(by: number): void
}

/** What comes next: what the doors do by themselves, then what was planned from outside, then what people do. */
function createCourse(premises: Premises, plot: Plot): Course {
  const planned = createAgenda<{ readonly place: string; readonly act: Act }>()
  const plannedAt = (): number => planned.nextAt() ?? Infinity
  const nextAt = (): number => Math.min(premises.site.nextAt(), plannedAt(), plot.nextAt())
  const goOn = (at: number): void => {
    if (premises.site.nextAt() === at) return premises.goOn()
    if (plannedAt() !== at) return plot.goOn()
    const { place, act } = planned.take() as { place: string; act: Act }
    premises.act(place, act, at)
  }
  return {
    nextAt,
    come(to) {
      for (let at = nextAt(); at <= to && at < Infinity; at = nextAt()) goOn(at)
    },
    plan: (place, act, at) => planned.add(at, { place, act }),
    shift(by) {
      premises.site.shift(by)
      planned.shift(by)
      plot.shift(by)
    },
  }
}

function fit(scenario: Scenario, plan: Plan): Pick<DramaOptions, "parts" | "lasts"> {
  const { parts, misfits } = castScenario(scenario, plan)
  const [misfit] = misfits
  if (misfit !== undefined) throw new RangeError(`The scenario does not fit: ${misfit.reason}.`)
  return { parts, lasts: scenario.lasts }
}
