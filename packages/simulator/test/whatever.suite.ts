/** Whatever may happen at a door, and whatever door it may be. */
import fc from "fast-check"
import type { DoorInput, DoorSettings } from "../src/building/door.js"
import {
  alarmCleared,
  allowed,
  at,
  autoOpen,
  closed,
  doNotDisturb,
  forceOpen,
  locks,
  opened,
  read,
  refitted,
  rexPressed,
  rexReleased,
  timePassed,
  tryOpen,
  type Happening,
} from "./door.js"

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

const inOrder = (anyOne: fc.Arbitrary<DoorInput>): fc.Arbitrary<Happening[]> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 6000 }), anyOne), { maxLength: 60, size: "max" })
    .map((steps) => {
      let moment = 0
      return steps.map(([pause, input]) => at((moment += pause), input))
    })

/** Whatever may happen at a door, in order. */
export const anyHappenings = inOrder(anyInput)

/** The same, and other settings in between. */
export const anyHappeningsRefitted = inOrder(
  fc.oneof({ weight: 5, arbitrary: anyInput }, { weight: 1, arbitrary: anySettings.map(refitted) }),
)
