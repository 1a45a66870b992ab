/** The words in which tests tell what happens at a door. */
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

/** The settings of the door of these tests, but for some. */
export const refitted = (particular: Partial<DoorSettings>): DoorInput => ({
  kind: "refitted",
  settings: { ...settings, ...particular },
})

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
