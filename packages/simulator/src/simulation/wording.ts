/** Says in words what is done at a door. It must not know why. Pure. */
import type { Act, Beat } from "../building/scenes.js"
import type { DoorInput } from "../building/door.js"

const inputs: Readonly<Record<DoorInput["kind"], string>> = {
  read: "lets the reader answer",
  opened: "opens the door",
  closed: "closes the door",
  rexPressed: "presses the button to leave",
  rexReleased: "lets go of the button to leave",
  tryOpen: "unlocks the door for a moment",
  locks: "locks the door",
  alarmCleared: "clears the alarm",
  timePassed: "waits",
  refitted: "sets the door otherwise",
  autoOpen: "the schedule that keeps the door unlocked",
  forceOpen: "holding the door unlocked",
  doNotDisturb: "do not disturb",
}

const wordInput = (input: DoorInput): string =>
  "on" in input ? `turns ${input.on ? "on" : "off"} ${inputs[input.kind]}` : inputs[input.kind]

function wordAct(act: Act): string {
  switch (act.does) {
    case "input":
      return wordInput(act.input)
    case "presents":
      return act.shown.card === undefined ? "types a PIN" : "shows a card"
    case "readsVirtually":
      return "reads for somebody as if present"
    case "pulls":
      return "pulls at the door"
    case "endsHours":
      return "ends the schedule that keeps the door unlocked"
    case "cuts":
      return "cuts the line"
    case "mends":
      return "mends the line"
  }
}

const second = 1_000

/** One sentence's part for each thing that is done, with how long after the first where that is not at once. */
export function wordBeats(beats: readonly Beat[]): string[] {
  return beats.map(({ after, act }) => {
    const words = wordAct(act)
    if (after === 0) return words
    const seconds = Math.round((after / second) * 10) / 10
    return words === inputs.timePassed ? `waits for ${seconds} s` : `after ${seconds} s ${words}`
  })
}
