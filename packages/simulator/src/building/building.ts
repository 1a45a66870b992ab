/**
 * A building that lives: people go about in it, and its controllers report what happens. It must not know the clock or
 * the server: the caller says how far time has come, and gets what was reported until then.
 */
import type { TopicName } from "@doorstream/contract"
import type { Shown } from "./access.js"
import { createAgenda } from "./agenda.js"
import { drawStrangeCard } from "./cast.js"
import { castScenario } from "./casting.js"
import { createChance } from "./chance.js"
import type { Door, Read } from "./door.js"
import { Drama, type DramaOptions } from "./drama.js"
import { Life, type Plot } from "./life.js"
import { createLines, type Lines, type Sending } from "./lines.js"
import type { Plan } from "./plan.js"
import type { Scenario } from "./scenario.js"
import type { Act } from "./scenes.js"
import { Site, type Said } from "./site.js"
import { causeOf, type Cause, type Means } from "./trigger.js"
import type { World } from "./troupe.js"

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
  const plot: Plot =
    scenario === undefined ? new Life(setting) : new Drama({ ...setting, ...fit(scenario, plan) })
  premises.hear = (said) => plot.hear(said)
  const planned = createAgenda<{ readonly place: string; readonly act: Act }>()
  const plannedAt = (): number => planned.nextAt() ?? Infinity
  const nextAt = (): number => Math.min(premises.site.nextAt(), plannedAt(), plot.nextAt())
  const goOn = (at: number): void => {
    if (premises.site.nextAt() === at) return premises.goOn()
    if (plannedAt() !== at) return plot.goOn()
    const { place, act } = planned.take() as { place: string; act: Act }
    premises.act(place, act, at)
  }
  const come = (to: number): void => {
    for (let at = nextAt(); at <= to; at = nextAt()) goOn(at)
  }
  const meansAt = (deviceId: string, at: number): Means => findMeans(plan, premises.site, deviceId, at, seed)
  return {
    nextAt,
    door: (deviceId) => premises.site.door(deviceId),
    reaches: (deviceId) => premises.lines.reaches(deviceId),
    advance(to) {
      come(to)
      return premises.takeSent()
    },
    act(place, act, at) {
      come(at)
      premises.act(place, act, at)
      return premises.takeSent()
    },
    trigger(topic, deviceId, at) {
      come(at)
      const cause = causeOf(topic, premises.site.door(deviceId), at, meansAt(deviceId, at))
      const { beats = [] } = cause
      if (beats.length > 0) plot.clear(deviceId, (beats.at(-1)?.after ?? 0) + 1_000, at)
      for (const { after, act } of beats) planned.add(at + after, { place: deviceId, act })
      return cause
    },
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

function findMeans(plan: Plan, { control }: Site, deviceId: string, at: number, seed: number): Means {
  const whoIs = (decision: Read["decision"]): Shown | undefined => {
    for (const holder of plan.holders) {
      const shown = control.show(holder, deviceId, at)
      if (shown !== undefined && control.decide(shown, deviceId, at).decision === decision) return shown
    }
    return undefined
  }
  const connectionId = plan.devices.find(({ id }) => id === deviceId)?.connectionId
  return {
    admitted: whoIs("allowed"),
    denied: whoIs("denied"),
    stranger: drawStrangeCard(control, createChance(seed)),
    connectionId: connectionId === "" ? undefined : connectionId,
  }
}

/** The doors with the lines over which they report. */
class Premises implements World {
  readonly site: Site
  readonly lines: Lines
  /** Is told what was said, before it goes on its way. */
  hear: (said: readonly Said[]) => void = () => {}
  readonly #run: string
  #count = 0
  #sent: Sending[] = []

  constructor(plan: Plan, run: string, from: number) {
    this.site = new Site(plan, from)
    this.lines = createLines(plan)
    this.#run = run
  }

  goOn(): void {
    this.#send(this.site.goOn())
  }

  act(place: string, act: Act, at: number): void {
    switch (act.does) {
      case "syncs":
        return this.#send([{ topic: act.topic, occurred: at, body: act.body }])
      case "cuts":
        return this.#put(this.lines.cut(act.id, at))
      case "mends":
        return this.#put(this.lines.mend(act.id, at))
      default:
        return this.#send(this.site.act(place, act, at))
    }
  }

  takeSent(): Sending[] {
    const sent = this.#sent
    this.#sent = []
    return sent
  }

  #send(said: readonly Said[]): void {
    this.hear(said)
    for (const one of said) this.#put(this.lines.pass({ id: `${this.#run}-${++this.#count}`, ...one }))
  }

  #put(sendings: readonly Sending[]): void {
    for (const sending of sendings) this.#sent.push(sending)
  }
}
