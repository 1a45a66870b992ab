/**
 * The doors of a building as their controllers run them: what is done at a door goes in, what is said of it comes out;
 * schedules and dwells go on by themselves. It must not know why anybody does anything.
 */
import type { Report } from "@doorstream/contract"
import { createControl, type Control } from "./access.js"
import { createAgenda } from "./agenda.js"
import {
  createDoor,
  mayOpen,
  shiftDoor,
  step,
  wakesAt,
  type Door,
  type DoorInput,
  type DoorSettings,
} from "./door.js"
import { createClocks } from "./clocks.js"
import { createOpeningHours, type OpeningHours } from "./opening-hours.js"
import { settingsOf, type Plan } from "./plan.js"
import type { DoorAct } from "./scenes.js"

/** A report before it has its id. */
export type Said = Omit<Report, "id">

/** What controllers have been told. */
interface Told {
  readonly control: Control
  readonly hours: OpeningHours
  readonly settings: readonly DoorSettings[]
  readonly troubles: readonly string[]
}

/** Throws a RangeError when the plan contradicts itself. */
function understand(plan: Plan): Told {
  const clocks = createClocks(plan)
  const rexUnlocks = new Set(plan.rexUnlocks)
  return {
    control: createControl(plan, clocks),
    hours: createOpeningHours(plan, clocks),
    settings: plan.devices.map((device) => settingsOf(device, rexUnlocks)),
    troubles: clocks.troubles,
  }
}

export class Site {
  #told: Told
  #doors: Map<string, Door>
  /** The ids of the doors that will do something by themselves. */
  readonly #wakes = createAgenda<string>()
  /** When schedules are to be looked at. */
  #turnsAt: number
  #now: number

  /** Throws a RangeError when the plan contradicts itself. */
  constructor(plan: Plan, from: number) {
    this.#told = understand(plan)
    this.#doors = new Map(this.#told.settings.map((settings) => [settings.id, createDoor(settings)]))
    this.#now = from
    this.#turnsAt = this.#hours.deviceIds.size === 0 ? Infinity : from
  }

  /** The rules by which controllers decide. */
  get control(): Control {
    return this.#told.control
  }

  /** What of the plan is done otherwise than it is written, in words. */
  get troubles(): readonly string[] {
    return this.#told.troubles
  }

  get #hours(): OpeningHours {
    return this.#told.hours
  }

  has(id: string): boolean {
    return this.#doors.has(id)
  }

  /**
   * Takes another plan. Doors that stay are as they were; what is wanted of them now, and was not a moment before, is
   * done. Whatever falls due before `at` must have been done. Throws a RangeError, and changes nothing, when the plan
   * contradicts itself.
   */
  replan(plan: Plan, at: number): readonly Said[] {
    const [before, known] = [this.#hours, this.#doors]
    this.#told = understand(plan)
    this.#now = at
    this.#doors = new Map(
      this.#told.settings.map((settings) => [settings.id, known.get(settings.id) ?? createDoor(settings)]),
    )
    this.#wakes.keep((id) => this.#doors.has(id))
    this.#turnsAt = this.#hours.turnsAfter(at)
    const refitted = this.#told.settings.flatMap((settings) =>
      this.#step(settings.id, { kind: "refitted", settings }, at),
    )
    const scheduled = new Set([...before.deviceIds, ...this.#hours.deviceIds])
    const turned = [...scheduled].flatMap((id) => {
      const [did, does] = [known.has(id) && before.wants(id, at), this.#hours.wants(id, at)]
      return did === does || !this.has(id) ? [] : this.#step(id, { kind: "autoOpen", on: does }, at)
    })
    return [...refitted, ...turned]
  }

  /** Throws when there is no such door. */
  door(id: string): Door {
    const door = this.#doors.get(id)
    if (door === undefined) throw new Error(`There is no door ${id} in this building.`)
    return door
  }

  /** Whether rules say when this door is kept unlocked. */
  isScheduled(id: string): boolean {
    return this.#hours.deviceIds.has(id)
  }

  nextAt(): number {
    return Math.min(this.#wakes.nextAt() ?? Infinity, this.#turnsAt)
  }

  /** Does what is next, and tells what was reported of it. */
  goOn(): readonly Said[] {
    const at = this.nextAt()
    this.#now = at
    if (this.#wakes.nextAt() === at) return this.#step(this.#wakes.take() ?? "", { kind: "timePassed" }, at)
    this.#turnsAt = this.#hours.turnsAfter(at)
    return [...this.#hours.deviceIds].flatMap((id) =>
      this.#hours.wants(id, at) === (this.door(id).autoOpen !== "off")
        ? []
        : this.#step(id, { kind: "autoOpen", on: this.#hours.wants(id, at) }, at),
    )
  }

  /** Does something at a door. Whatever falls due before `at` must have been done. */
  act(deviceId: string, act: DoorAct, at: number): readonly Said[] {
    this.#now = at
    switch (act.does) {
      case "input":
        return this.#step(deviceId, act.input, at)
      case "presents":
        return this.#step(deviceId, { kind: "read", read: this.control.decide(act.shown, deviceId, at) }, at)
      case "readsVirtually": {
        const read = this.control.decideFor(act.holderId, deviceId, at)
        return this.#step(deviceId, { kind: "read", read }, at)
      }
      case "endsHours":
        return this.#hours.wants(deviceId, at)
          ? []
          : this.#step(deviceId, { kind: "autoOpen", on: false }, at)
      case "pulls":
        return mayOpen(this.door(deviceId), at) ? this.#step(deviceId, { kind: "opened" }, at) : []
    }
  }

  /** Moves all that is going on by so many milliseconds; schedules follow the new time. */
  shift(by: number): void {
    this.#wakes.shift(by)
    for (const [id, door] of this.#doors) this.#doors.set(id, shiftDoor(door, by))
    this.#now += by
    if (this.#turnsAt !== Infinity) this.#turnsAt = this.#now
  }

  #step(deviceId: string, input: DoorInput, at: number): readonly Said[] {
    const before = this.door(deviceId)
    const { door, reports } = step(before, input, at)
    this.#doors.set(deviceId, door)
    const wakes = wakesAt(door)
    if (wakes !== undefined && wakes !== wakesAt(before)) this.#wakes.add(wakes, deviceId)
    return reports
  }
}
