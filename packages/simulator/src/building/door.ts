/**
 * One door as its controller lives it (facts §4): what happens at the door goes in, what the controller reports comes
 * out. State in, state out; it must not know people, schedules or the clock, only the moment that it is handed.
 */
import type { Device, ReportableTopic, ReportBody, RequestFactor } from "@doorstream/contract"
import { refits } from "./refit.js"

export type DeviceTopic = Extract<ReportableTopic, `device.${string}`>

/** What the registry says of the door, and how its REX is wired. `dwell` and `propDelay` are tenths of a second. */
export interface DoorSettings extends Pick<
  Device,
  "id" | "dwell" | "dps" | "rex" | "propAlarm" | "propDelay" | "forcedAlarm" | "autoOpenAfterFirstAllow"
> {
  /** Whether a REX also releases the lock. It always excuses the door's opening. */
  readonly rexUnlocks: boolean
}

/** A credential at the reader, and what the access rules say to it. */
export interface Read {
  readonly decision: "allowed" | "denied" | "unknown"
  readonly requestFactor: RequestFactor
  readonly holderId?: string
  readonly credentialId?: string
  readonly facilityCode?: string
  readonly cardNumber?: string
}

export type DoorInput =
  | { readonly kind: "read"; readonly read: Read }
  | { readonly kind: "opened" | "closed" | "rexPressed" | "rexReleased" | "alarmCleared" | "timePassed" }
  | { readonly kind: "autoOpen" | "forceOpen" | "doNotDisturb"; readonly on: boolean }
  /** Unlocked from afar for one dwell, in tenths of a second; the door's own unless told. */
  | { readonly kind: "tryOpen"; readonly dwell?: number }
  /** Locked from afar: a force unlock and a dwell end; a schedule goes on. */
  | { readonly kind: "locks" }
  /** Its controller was told other settings. */
  | { readonly kind: "refitted"; readonly settings: DoorSettings }

/** All moments are milliseconds since 1970. */
export interface Door {
  readonly settings: DoorSettings
  /** True while the door is unlocked. */
  readonly relay: boolean
  /** Whether the leaf stands open; without a DPS nobody is told. */
  readonly open: boolean
  readonly rexActive: boolean
  /** `awaited`: the schedule has begun, the first allowed read will switch it on. */
  readonly autoOpen: "off" | "awaited" | "on"
  readonly override: "none" | "forceOpen" | "doNotDisturb"
  readonly forced: boolean
  readonly propped: boolean
  /** When the dwell of a granted read, or of a REX that unlocks, is over. */
  readonly unlockedUntil: number | undefined
  /** Until when a REX that was pressed excuses the door's opening. */
  readonly excusedUntil: number | undefined
  /** When the open door counts as propped. */
  readonly proppedFrom: number | undefined
}

export interface DoorReport {
  readonly topic: DeviceTopic
  readonly occurred: number
  readonly body: ReportBody
}

export interface Outcome {
  readonly door: Door
  readonly reports: readonly DoorReport[]
}

/** What a single input changes and says, before the lock follows. */
export interface Change {
  readonly to?: Partial<Door>
  readonly says?: readonly DeviceTopic[]
  readonly read?: Read
}

/** A door that is closed, locked and quiet. */
export const createDoor = (settings: DoorSettings): Door => ({
  settings,
  relay: false,
  open: false,
  rexActive: false,
  autoOpen: "off",
  override: "none",
  forced: false,
  propped: false,
  unlockedUntil: undefined,
  excusedUntil: undefined,
  proppedFrom: undefined,
})

/** When the door will do something by itself; undefined when it will not. */
export function wakesAt({ unlockedUntil, proppedFrom }: Door): number | undefined {
  if (unlockedUntil === undefined || proppedFrom === undefined) return unlockedUntil ?? proppedFrom
  return Math.min(unlockedUntil, proppedFrom)
}

/** Whether somebody may open the door at this moment without forcing it. */
export const mayOpen = ({ relay, rexActive, excusedUntil }: Door, at: number): boolean =>
  relay || rexActive || (excusedUntil !== undefined && at < excusedUntil)

/** The same door with every moment in it later by so many milliseconds. */
export function shiftDoor(door: Door, by: number): Door {
  const shift = (moment: number | undefined): number | undefined =>
    moment === undefined ? undefined : moment + by
  return {
    ...door,
    unlockedUntil: shift(door.unlockedUntil),
    excusedUntil: shift(door.excusedUntil),
    proppedFrom: shift(door.proppedFrom),
  }
}

/**
 * Lets something happen at the door. What fell due before is reported first, each with the moment at which it was due,
 * so that a door that is woken late says the same as one that is woken in time.
 *
 * @param at milliseconds since 1970, never before that of the step before
 */
export function step(door: Door, input: DoorInput, at: number): Outcome {
  const due = wakesAt(door)
  if (due !== undefined && due <= at) {
    const woken = follow(door, wake(door, due), due)
    const later = step(woken.door, input, at)
    return { door: later.door, reports: [...woken.reports, ...later.reports] }
  }
  return follow(door, change(door, input, at), at)
}

function wake(door: Door, due: number): Change {
  if (door.unlockedUntil === due) return { to: { unlockedUntil: undefined } }
  return { to: { proppedFrom: undefined, propped: true }, says: ["device.alarm.propped.on"] }
}

function change(door: Door, input: DoorInput, at: number): Change {
  switch (input.kind) {
    case "read":
      return answer(door, input.read, at)
    case "opened":
      return door.open ? {} : opens(door, at)
    case "closed":
      return door.open ? closes(door) : {}
    case "rexPressed":
      return pressesRex(door, at)
    case "rexReleased":
      return door.rexActive ? { to: { rexActive: false }, says: ["device.input.rex.off"] } : {}
    case "alarmCleared":
      return door.forced ? { to: { forced: false }, says: ["device.alarm.forced.cleared"] } : {}
    case "autoOpen":
      return switchesAutoOpen(door, input.on)
    case "forceOpen":
    case "doNotDisturb":
      return overrides(door, input.kind, input.on)
    case "tryOpen":
      return triesOpen(door, input.dwell ?? door.settings.dwell, at)
    case "locks":
      return locks(door)
    case "refitted":
      return refits(door, input.settings, at)
    case "timePassed":
      return {}
  }
}

/** Do not disturb denies whoever is known; what belongs to nobody stays unknown. */
function answer(door: Door, read: Read, at: number): Change {
  const undisturbed = door.override === "doNotDisturb"
  const decision = read.decision === "allowed" && undisturbed ? "denied" : read.decision
  if (decision !== "allowed") return { says: [`device.request.${decision}`], read }
  const unlockedUntil = later(door.unlockedUntil, at + door.settings.dwell * 100)
  if (door.autoOpen !== "awaited") return { to: { unlockedUntil }, says: ["device.request.allowed"], read }
  return {
    to: { unlockedUntil, autoOpen: "on" },
    says: ["device.request.allowed", "device.autoopen.on"],
    read,
  }
}

function opens(door: Door, at: number): Change {
  const { dps, forcedAlarm, propAlarm, propDelay } = door.settings
  if (!dps) return { to: { open: true } }
  const forced = forcedAlarm && !mayOpen(door, at)
  const proppedFrom = propAlarm ? at + propDelay * 100 : undefined
  const says: DeviceTopic[] = forced
    ? ["device.input.dps.opened", "device.alarm.forced"]
    : ["device.input.dps.opened"]
  return { to: { open: true, forced, proppedFrom }, says }
}

function closes(door: Door): Change {
  const says: DeviceTopic[] = []
  if (door.settings.dps) says.push("device.input.dps.closed")
  if (door.forced) says.push("device.alarm.forced.cleared")
  if (door.propped) says.push("device.alarm.propped.off")
  return { to: { open: false, forced: false, propped: false, proppedFrom: undefined }, says }
}

/** Who is inside may always leave: a REX counts under do not disturb as well. */
function pressesRex(door: Door, at: number): Change {
  const { rex, rexUnlocks, dwell } = door.settings
  if (!rex || door.rexActive) return {}
  const until = at + dwell * 100
  const unlockedUntil = rexUnlocks ? later(door.unlockedUntil, until) : door.unlockedUntil
  return { to: { rexActive: true, excusedUntil: until, unlockedUntil }, says: ["device.input.rex.on"] }
}

function switchesAutoOpen(door: Door, on: boolean): Change {
  if (on === (door.autoOpen !== "off")) return {}
  if (!on) return { to: { autoOpen: "off" }, says: door.autoOpen === "on" ? ["device.autoopen.off"] : [] }
  if (door.settings.autoOpenAfterFirstAllow) return { to: { autoOpen: "awaited" } }
  return { to: { autoOpen: "on" }, says: ["device.autoopen.on"] }
}

/** Do not disturb holds against whoever is outside, also from afar. */
function triesOpen(door: Door, dwell: number, at: number): Change {
  if (door.override === "doNotDisturb") return {}
  return { to: { unlockedUntil: later(door.unlockedUntil, at + dwell * 100) } }
}

const overrideTopics = { forceOpen: "device.forceopen", doNotDisturb: "device.forceclose" } as const

/** A door has one override at most: the newer one ends the older. Do not disturb also ends a dwell. */
function overrides(door: Door, kind: "forceOpen" | "doNotDisturb", on: boolean): Change {
  if (on === (door.override === kind)) return {}
  if (!on) return { to: { override: "none" }, says: [`${overrideTopics[kind]}.off`] }
  const says: DeviceTopic[] = door.override === "none" ? [] : [`${overrideTopics[door.override]}.off`]
  const unlockedUntil = kind === "doNotDisturb" ? undefined : door.unlockedUntil
  return { to: { override: kind, unlockedUntil }, says: [...says, `${overrideTopics[kind]}.on`] }
}

function locks(door: Door): Change {
  const { to, says } = overrides(door, "forceOpen", false)
  return { to: { ...to, unlockedUntil: undefined }, ...(says && { says }) }
}

/** The lock follows its cause: its report comes right after what unlocked or locked the door. */
function follow(before: Door, { to, says = [], read }: Change, at: number): Outcome {
  const changed = { ...before, ...to }
  const relay = shouldUnlock(changed)
  const lock: readonly DeviceTopic[] =
    relay === before.relay ? [] : [relay ? "device.input.relay.on" : "device.input.relay.off"]
  const report = (topic: DeviceTopic): DoorReport => ({
    topic,
    occurred: at,
    body:
      read !== undefined && isRequest(topic) ? requestBody(before, read) : { deviceId: before.settings.id },
  })
  return { door: { ...changed, relay }, reports: [...says, ...lock].map(report) }
}

const shouldUnlock = ({ unlockedUntil, override, autoOpen }: Door): boolean =>
  unlockedUntil !== undefined || override === "forceOpen" || (autoOpen === "on" && override === "none")

const isRequest = (topic: DeviceTopic): boolean => topic.startsWith("device.request.")

function requestBody(door: Door, { decision: _, ...asked }: Read): ReportBody {
  return { deviceId: door.settings.id, ...asked }
}

const later = (moment: number | undefined, other: number): number => Math.max(moment ?? other, other)
