/** The words in which tests tell what happens at a door, and whatever may happen there. */
import fc from "fast-check"
import {
  createDoor,
  step,
  type DoorInput,
  type DoorReport,
  type DoorSettings,
  type Read,
} from "../src/building/door.js"

const settings: DoorSettings = {
  id: "front-door",
  dwell: 30,
  dps: true,
  rex: true,
  propAlarm: true,
  propDelay: 100,
  forcedAlarm: true,
  autoOpenAfterFirstAllow: false,
  rexUnlocks: true,
}

export const read = (decision: Read["decision"]): DoorInput => ({
  kind: "read",
  read: { decision, requestFactor: "CARD_ONLY", holderId: "jo", facilityCode: "77", cardNumber: "26858" },
})
export const allowed = read("allowed")
export const opened: DoorInput = { kind: "opened" }
export const closed: DoorInput = { kind: "closed" }
export const rexPressed: DoorInput = { kind: "rexPressed" }
export const rexReleased: DoorInput = { kind: "rexReleased" }
export const alarmCleared: DoorInput = { kind: "alarmCleared" }
export const timePassed: DoorInput = { kind: "timePassed" }
export const locks: DoorInput = { kind: "locks" }
export const tryOpen = (dwell?: number): DoorInput => ({ kind: "tryOpen", ...(dwell && { dwell }) })
export const autoOpen = (on: boolean): DoorInput => ({ kind: "autoOpen", on })
export const forceOpen = (on: boolean): DoorInput => ({ kind: "forceOpen", on })
export const doNotDisturb = (on: boolean): DoorInput => ({ kind: "doNotDisturb", on })

export interface Happening {
  readonly moment: number
  readonly input: DoorInput
}

export const at = (moment: number, input: DoorInput): Happening => ({ moment, input })

/** What a door with all sensors reports of it, unless its settings say otherwise. */
export function play(happenings: readonly Happening[], particular: Partial<DoorSettings> = {}): DoorReport[] {
  let door = createDoor({ ...settings, ...particular })
  return happenings.flatMap(({ moment, input }) => {
    const outcome = step(door, input, moment)
    door = outcome.door
    return outcome.reports
  })
}

export const anySettings: fc.Arbitrary<DoorSettings> = fc.record({
  id: fc.constant("front-door"),
  dwell: fc.integer({ min: 1, max: 80 }),
  propDelay: fc.integer({ min: 1, max: 120 }),
  dps: fc.boolean(),
  rex: fc.boolean(),
  propAlarm: fc.boolean(),
  forcedAlarm: fc.boolean(),
  autoOpenAfterFirstAllow: fc.boolean(),
  rexUnlocks: fc.boolean(),
})
const often = [allowed, opened, closed]
const modes = [autoOpen, forceOpen, doNotDisturb].flatMap((turn) => [turn(true), turn(false)])
const others = [read("denied"), read("unknown"), rexPressed, rexReleased, alarmCleared, timePassed]
const fromAfar = [locks, tryOpen(), tryOpen(7)]
const anyInput = fc.constantFrom(...often, ...often, ...modes, ...others, ...fromAfar)

/** Whatever may happen at a door, in order. */
export const anyHappenings: fc.Arbitrary<Happening[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6000 }), anyInput), { maxLength: 60, size: "max" })
  .map((steps) => {
    let moment = 0
    return steps.map(([pause, input]) => at((moment += pause), input))
  })
