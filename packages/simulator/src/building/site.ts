/**
 * The doors of a building as their controllers run them: what is done at a door goes in, what is said of it comes out;
 * schedules and dwells go on by themselves. It must not know why anybody does anything.
 */
import type { Report } from "@doorstream/contract"
import { createControl, type Control } from "./access.js"
import { createAgenda } from "./agenda.js"
import { createDoor, mayOpen, shiftDoor, step, wakesAt, type Door, type DoorInput } from "./door.js"
import { createOpeningHours, type OpeningHours } from "./opening-hours.js"
import { settingsOf, type Plan } from "./plan.js"
import type { DoorAct } from "./scenes.js"

/** A report before it has its id. */
export type Said = Omit<Report, "id">

export class Site {
  readonly control: Control
  readonly #hours: OpeningHours
  readonly #doors: Map<string, Door>
  /** The ids of the doors that will do something by themselves. */
  readonly #wakes = createAgenda<string>()
  /** When schedules are to be looked at. */
  #turnsAt: number
  #now: number

  /** Throws a RangeError when the plan contradicts itself. */
  constructor(plan: Plan, from: number) {
    this.control = createControl(plan)
    this.#hours = createOpeningHours(plan)
    const rexUnlocks = new Set(plan.rexUnlocks)
    this.#doors = new Map(
      plan.devices.map((device) => [device.id, createDoor(settingsOf(device, rexUnlocks))]),
    )
    this.#now = from
    this.#turnsAt = this.#hours.deviceIds.size === 0 ? Infinity : from
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
