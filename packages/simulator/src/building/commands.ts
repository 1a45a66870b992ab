/** The commands that somebody gives a door from afar, and what each is to the door. It must not know who gave it. */
import type { Door, DoorInput } from "./door.js"
import type { DoorAct } from "./scenes.js"

export type Command =
  /** Unlocks for so many tenths of a second; for the door's own dwell unless told. */
  | { readonly command: "try-open"; readonly dwell?: number }
  | { readonly command: "open" | "close" | "toggle" | "do-not-disturb" | "clear-alarm" }
  | { readonly command: "virtual-read"; readonly holderId: string }

function inputOf(command: Exclude<Command, { command: "virtual-read" }>, { override }: Door): DoorInput {
  switch (command.command) {
    case "try-open":
      return { kind: "tryOpen", ...(command.dwell !== undefined && { dwell: command.dwell }) }
    case "open":
      return { kind: "forceOpen", on: true }
    case "close":
      return { kind: "locks" }
    case "toggle":
      return override === "forceOpen" ? { kind: "locks" } : { kind: "forceOpen", on: true }
    case "do-not-disturb":
      return { kind: "doNotDisturb", on: override !== "doNotDisturb" }
    case "clear-alarm":
      return { kind: "alarmCleared" }
  }
}

/**
 * What a command does at a door that stands so. `open` holds it unlocked until `close`; `toggle` is the other one of the
 * two; `do-not-disturb` turns it on and off by turns; a virtual read is as good as whatever the door asks for.
 */
export function obey(command: Command, door: Door): DoorAct {
  return command.command === "virtual-read"
    ? { does: "readsVirtually", holderId: command.holderId }
    : { does: "input", input: inputOf(command, door) }
}
