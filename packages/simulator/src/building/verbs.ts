/** What a scenario can let people do, by the words in which it is written. It must not know when they do it. */
import type { DoorSettings } from "./door.js"
import { beTurnedAway, enter, force, leave, prop, tailgate, tryCard } from "./plays.js"
import { input, turn, type Play } from "./scenes.js"

export interface VerbEntry {
  /** In words for who writes a scenario. */
  readonly means: string
  readonly at: "doors" | "lines"
  /** Whether it can be told for how long, and for how long otherwise, in milliseconds. */
  readonly lasts?: number
  /** Whether it can be told who does it. */
  readonly who?: boolean
  /** What a door must have; undefined where nothing is missing. */
  readonly lacks?: (settings: DoorSettings) => string | undefined
  readonly play: (lasts: number) => Play
}

const minute = 60_000

const lacksDps = ({ dps }: DoorSettings): string | undefined => (dps ? undefined : "a door position sensor")

/** Turns something on at a door, and off again after so long; meanwhile people come and go. */
const forAWhile =
  (kind: "forceOpen" | "doNotDisturb") =>
  (lasts: number): Play =>
  ({ findDoor }) => {
    const door = findDoor(({ override }) => override === "none")
    if (door === undefined) return undefined
    const beats = [
      { after: 0, act: turn(kind, true) },
      { after: lasts, act: turn(kind, false) },
    ]
    return { place: door.settings.id, lasts: 0, beats }
  }

const clearAlarm: Play = ({ findDoor }) => {
  const door = findDoor(({ forced }) => forced)
  return door && { place: door.settings.id, lasts: 0, beats: [{ after: 0, act: input("alarmCleared") }] }
}

/** A cut has a place of its own, and needs no stage: `drama.ts` says where. */
const noPlay: Play = () => undefined

export const verbs = {
  enter: { means: "Somebody who may enter does so.", at: "doors", who: true, play: () => enter },
  leave: {
    means: "Somebody presses the button (REX) and goes out.",
    at: "doors",
    lacks: ({ rex }) => (rex ? undefined : "a request to exit"),
    play: () => leave,
  },
  tailgate: {
    means: "Two come with one card: the second holds the door, or pulls it open when it has locked.",
    at: "doors",
    who: true,
    lacks: lacksDps,
    play: () => tailgate,
  },
  prop: {
    means: "Somebody enters and holds the door open until it counts as propped, and longer.",
    at: "doors",
    who: true,
    lacks: (settings) => lacksDps(settings) ?? (settings.propAlarm ? undefined : "a prop alarm"),
    play: () => prop,
  },
  force: {
    means: "Somebody breaks the door open, and closes it later.",
    at: "doors",
    lacks: (settings) => lacksDps(settings) ?? (settings.forcedAlarm ? undefined : "a forced alarm"),
    play: () => force,
  },
  "be-denied": {
    means: "Somebody who is known and may not enter tries to.",
    at: "doors",
    who: true,
    play: () => beTurnedAway,
  },
  "show-unknown-card": {
    means: "A stranger tries a card that is nobody's.",
    at: "doors",
    play: () => tryCard,
  },
  "hold-unlocked": {
    means: "The door is held unlocked from afar (force unlock), and given back after a while.",
    at: "doors",
    lasts: minute,
    play: forAWhile("forceOpen"),
  },
  "do-not-disturb": {
    means: "Nobody is let in for a while.",
    at: "doors",
    lasts: minute,
    play: forAWhile("doNotDisturb"),
  },
  "clear-alarm": {
    means: "A guard clears a forced alarm, as soon as there is one.",
    at: "doors",
    play: () => clearAlarm,
  },
  cut: {
    means:
      "A cloud node or a connection is away for a while; what it reported meanwhile comes when it is back.",
    at: "lines",
    lasts: minute,
    play: () => noPlay,
  },
} as const satisfies Record<string, VerbEntry>

export type Verb = keyof typeof verbs

export const verbEntry = (verb: Verb): VerbEntry => verbs[verb]
