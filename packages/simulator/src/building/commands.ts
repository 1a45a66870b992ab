/** The commands that somebody gives a door from afar, and what each is to the door. It must not know who gave it. */
import type { Command } from "@doorstream/contract"
import type { Control } from "./access.js"
import type { Door, DoorInput } from "./door.js"
import type { DoorAct } from "./scenes.js"

/** What is done at the door; or, in words, why that cannot be. */
export type Obeyed =
  | { readonly act: DoorAct; readonly impossible?: undefined }
  | { readonly act?: undefined; readonly impossible: string }

/** In tenths of a second, as the registry has it. */
const longestDwell = 5_400

const impossible = (reason: string): Obeyed => ({ impossible: reason })
const input = (what: DoorInput): Obeyed => ({ act: { does: "input", input: what } })

/** Do not disturb holds against whoever is outside; only `open` says plainly that it is to end. */
const disturbs = (what: string): Obeyed =>
  impossible(`The door is under do not disturb: it cannot be ${what} before that is taken back.`)

function triesOpen(dwell: number | undefined, { override }: Door): Obeyed {
  if (dwell !== undefined && !(Number.isInteger(dwell) && dwell >= 1 && dwell <= longestDwell))
    return impossible(`A dwell is 1 to ${longestDwell} tenths of a second, not ${dwell}.`)
  if (override === "doNotDisturb") return disturbs("opened for a dwell")
  return input({ kind: "tryOpen", ...(dwell !== undefined && { dwell }) })
}

/**
 * What a command does at a door that stands so, or why it cannot be. `open` holds it unlocked until `close`; `toggle` is
 * the other one of the two; `do-not-disturb` turns it on and off by turns; a virtual read is as good as whatever the
 * door asks for, and may well be denied. What is so already is done.
 */
export function obey(command: Command, door: Door, { knows }: Pick<Control, "knows">): Obeyed {
  const { override } = door
  switch (command.command) {
    case "try-open":
      return triesOpen(command.dwell, door)
    case "open":
      return input({ kind: "forceOpen", on: true })
    case "close":
      return input({ kind: "locks" })
    case "toggle":
      if (override === "doNotDisturb") return disturbs("toggled")
      return input(override === "forceOpen" ? { kind: "locks" } : { kind: "forceOpen", on: true })
    case "do-not-disturb":
      return input({ kind: "doNotDisturb", on: override !== "doNotDisturb" })
    case "clear-alarm":
      return input({ kind: "alarmCleared" })
    case "virtual-read":
      return knows(command.holderId)
        ? { act: { does: "readsVirtually", holderId: command.holderId } }
        : impossible("The cloud node does not know this holder.")
  }
}
