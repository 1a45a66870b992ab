/**
 * What to do at a door so that a topic happens there now, whatever state the door is in: the cause that is needed first,
 * then the topic's own. It only says so; it must not do it.
 */
import { topicEntry, type TopicName } from "@doorstream/contract"
import type { Card, Shown } from "./access.js"
import type { DeviceTopic, Door, DoorInput } from "./door.js"
import type { Beat } from "./scenes.js"

/** What there is to cause things with at this door, at this moment. */
export interface Means {
  /** What somebody shows who may enter; and who may not. */
  readonly admitted?: Shown | undefined
  readonly denied?: Shown | undefined
  /** A card that belongs to nobody. */
  readonly stranger: Card
}

/** What to do, each beat so many milliseconds after the moment asked about; or why nothing helps. */
export type Cause =
  | { readonly beats: readonly Beat[] }
  | { readonly beats?: undefined; readonly impossible: string }

/** How long after its cause something comes that is to come later. */
const soon = 1_000

const does = (input: DoorInput, after = 0): Beat => ({ after, act: { does: "input", input } })
const on = (kind: "autoOpen" | "forceOpen" | "doNotDisturb"): Beat => does({ kind, on: true })
const off = (kind: "autoOpen" | "forceOpen" | "doNotDisturb"): Beat => does({ kind, on: false })
const shows = (shown: Shown): Beat => ({ after: 0, act: { does: "presents", shown } })
const close = does({ kind: "closed" })
const open = does({ kind: "opened" })
const lock = does({ kind: "locks" })

const later = (beats: readonly Beat[], by: number): Beat[] =>
  beats.map(({ after, act }) => ({ after: after + by, act }))

/** One after the other, the second part a moment after the last of the first. */
const then = (first: readonly Beat[], second: readonly Beat[]): Beat[] => [
  ...first,
  ...later(second, (first.at(-1)?.after ?? 0) + soon),
]

const impossible = (reason: string): Cause => ({ impossible: reason })

const disturbed = ({ override }: Door): Beat[] => (override === "doNotDisturb" ? [off("doNotDisturb")] : [])
const shut = (door: Door): Beat[] => (door.open ? [close] : [])
/** Ends whatever keeps the door unlocked. */
const locked: readonly Beat[] = [lock, off("autoOpen")]
const unlocked = (door: Door): Beat[] => [...disturbed(door), does({ kind: "tryOpen" })]

/** Closed, locked, and no REX excuses an opening: what it takes, and from when on it is so. */
function secured(door: Door, at: number): Beat[] {
  const wait = Math.max(0, (door.excusedUntil ?? at) - at)
  return [...shut(door), ...locked, does({ kind: "rexReleased" }), does({ kind: "timePassed" }, wait)]
}

function forces(door: Door, at: number): Cause {
  const { dps, forcedAlarm } = door.settings
  if (!dps) return impossible("The door has no door position sensor (dps).")
  if (!forcedAlarm) return impossible("The door raises no forced alarm (forcedAlarm).")
  const first = secured(door, at)
  return { beats: [...first, ...later([open], first.at(-1)?.after ?? 0)] }
}

/** An open door only needs patience; a closed one is opened by somebody who is let in. */
function props(door: Door, at: number): Cause {
  const { dps, propAlarm, propDelay } = door.settings
  if (!dps) return impossible("The door has no door position sensor (dps).")
  if (!propAlarm) return impossible("The door raises no prop alarm (propAlarm).")
  if (door.proppedFrom !== undefined) return { beats: [does({ kind: "timePassed" }, door.proppedFrom - at)] }
  const beats = [...shut(door), ...unlocked(door), open]
  return { beats: [...beats, does({ kind: "timePassed" }, propDelay * 100)] }
}

function opens(door: Door): Cause {
  if (!door.settings.dps) return impossible("The door has no door position sensor (dps).")
  return { beats: [...shut(door), ...unlocked(door), open] }
}

function presses(door: Door): Cause {
  if (!door.settings.rex) return impossible("The door has no request to exit (rex).")
  const released = door.rexActive ? [does({ kind: "rexReleased" })] : []
  return { beats: [...released, does({ kind: "rexPressed" })] }
}

/** A schedule that waits for the first who may enter needs one. */
function schedules(door: Door, means: Means): Cause {
  const beats = [...(door.autoOpen === "on" ? [off("autoOpen")] : []), on("autoOpen")]
  const waits = door.settings.autoOpenAfterFirstAllow || door.autoOpen === "awaited"
  if (!waits) return { beats }
  const allowed = allows(door, means)
  return allowed.beats === undefined ? allowed : { beats: [...beats, ...allowed.beats] }
}

function allows(door: Door, { admitted }: Means): Cause {
  if (admitted === undefined) return impossible("Nobody may enter by this door at this moment.")
  return { beats: [...disturbed(door), shows(admitted)] }
}

/** Where everybody may enter, do not disturb keeps somebody out. */
function denies(door: Door, { admitted, denied }: Means): Cause {
  if (denied !== undefined) return { beats: [shows(denied)] }
  if (admitted === undefined) return impossible("Nobody has anything to show at this door.")
  return { beats: [on("doNotDisturb"), shows(admitted)] }
}

/** The opposite of what is so is done first, if it is so. */
function turns(door: Door, kind: "forceOpen" | "doNotDisturb", to: "on" | "off"): Cause {
  const is = door.override === kind
  if (to === "on") return { beats: [...(is ? [off(kind)] : []), on(kind)] }
  return { beats: [...(is ? [] : [on(kind)]), off(kind)] }
}

/** If it is already so, `end` alone does it; otherwise what makes it so comes first. */
function ends(isSo: boolean, begin: Cause, end: readonly Beat[]): Cause {
  if (isSo) return { beats: end }
  return begin.beats === undefined ? begin : { beats: then(begin.beats, end) }
}

type Find = (door: Door, at: number, means: Means) => Cause

const causes: Record<DeviceTopic, Find> = {
  "device.alarm.forced": forces,
  "device.alarm.forced.cleared": (door, at) =>
    ends(door.forced, forces(door, at), [does({ kind: "alarmCleared" })]),
  "device.alarm.propped.on": props,
  "device.alarm.propped.off": (door, at) => ends(door.propped, props(door, at), [close]),
  "device.autoopen.on": (door, _, means) => schedules(door, means),
  "device.autoopen.off": (door, _, means) =>
    ends(door.autoOpen === "on", schedules(door, means), [off("autoOpen")]),
  "device.forceclose.on": (door) => turns(door, "doNotDisturb", "on"),
  "device.forceclose.off": (door) => turns(door, "doNotDisturb", "off"),
  "device.forceopen.on": (door) => turns(door, "forceOpen", "on"),
  "device.forceopen.off": (door) => turns(door, "forceOpen", "off"),
  "device.input.dps.opened": opens,
  "device.input.dps.closed": (door) => ends(door.open && door.settings.dps, opens(door), [close]),
  "device.input.relay.on": (door) => ({ beats: [...(door.relay ? locked : []), ...unlocked(door)] }),
  "device.input.relay.off": (door) => ends(door.relay, { beats: unlocked(door) }, locked),
  "device.input.rex.on": presses,
  "device.input.rex.off": (door) => ends(door.rexActive, presses(door), [does({ kind: "rexReleased" })]),
  "device.request.allowed": (door, _, means) => allows(door, means),
  "device.request.denied": (door, _, means) => denies(door, means),
  "device.request.unknown": (_door, _, { stranger }) => ({ beats: [shows({ card: stranger })] }),
}

/**
 * What makes a topic happen at a door. A `liveEvent` goes with most of them: a card that is nobody's makes one anywhere.
 * What is about cloud nodes and their syncing happens at no door, but over REST and the link.
 *
 * @param door as it stands `at` that moment, nothing overdue
 * @param at milliseconds since 1970
 */
export function causeOf(topic: TopicName, door: Door, at: number, means: Means): Cause {
  if (topic === "liveEvent") return causes["device.request.unknown"](door, at, means)
  if (isDeviceTopic(topic)) return causes[topic](door, at, means)
  return impossible(
    `It happens at no door, and is caused over REST and the link to the cloud node: ${topicEntry(topic).means}`,
  )
}

const isDeviceTopic = (topic: TopicName): topic is DeviceTopic => topic.startsWith("device.")
