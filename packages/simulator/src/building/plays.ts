/**
 * What people do at doors, as short scripts. They must not know what is reported of it: the door decides that. Whatever
 * begins a scene is always reported.
 */
import type { Chance } from "./chance.js"
import { mayOpen, type Door } from "./door.js"
import { endsHours, input, presents, pulls, readAt, turn, type Play } from "./scenes.js"

const millis = (tenths: number): number => tenths * 100

/** How long somebody takes to open after the door was unlocked: never longer than it stays so. */
const reach = ({ settings }: Door, chance: Chance): number =>
  Math.min(chance.between(500, 1_200), Math.floor(millis(settings.dwell) * 0.8))

/**
 * How long a door that opens so long after it was unlocked stands open: until it has locked again, unless that takes
 * very long, but not until it counts as propped.
 */
function hold({ settings }: Door, opens: number, chance: Chance): number {
  const dwell = millis(settings.dwell)
  const locked = dwell > 10_000 ? 2_000 : Math.max(dwell - opens, 500)
  const wish = locked + chance.between(300, 1_500)
  return settings.propAlarm ? Math.min(wish, Math.floor(millis(settings.propDelay) * 0.8)) : wish
}

const isHeldOpen = ({ relay, unlockedUntil }: Door): boolean => relay && unlockedUntil === undefined

/** Somebody enters with a card; where the door is held unlocked, perhaps without one. */
export const enter: Play = ({ findVisit, chance }) => {
  const visit = findVisit("allowed")
  if (visit === undefined) return undefined
  const { door, shown } = visit
  const walksIn = isHeldOpen(door) && door.settings.dps && chance.falls(0.5)
  const opens = walksIn ? 0 : reach(door, chance)
  const closes = opens + hold(door, opens, chance)
  const beats = [
    ...(walksIn ? [] : [{ after: 0, act: presents(shown) }]),
    { after: opens, act: pulls },
    { after: closes, act: input("closed") },
  ]
  return { place: door.settings.id, lasts: closes + 500, beats }
}

export const leave: Play = ({ findDoor, chance }) => {
  const door = findDoor(({ settings, rexActive }) => settings.rex && !rexActive)
  if (door === undefined) return undefined
  const opens = reach(door, chance)
  const releases = opens + chance.between(300, 700)
  const closes = Math.max(releases + 300, opens + hold(door, opens, chance))
  const beats = [
    { after: 0, act: input("rexPressed") },
    { after: opens, act: pulls },
    { after: releases, act: input("rexReleased") },
    { after: closes, act: input("closed") },
  ]
  return { place: door.settings.id, lasts: closes + 500, beats }
}

/** Somebody holds the door for a delivery, for longer than the prop period. */
export const prop: Play = ({ findVisit, chance }) => {
  const visit = findVisit(
    "allowed",
    ({ settings: { dps, propAlarm }, override, autoOpen }) =>
      dps && propAlarm && override === "none" && autoOpen === "off",
  )
  if (visit === undefined) return undefined
  const { door, shown } = visit
  const opens = reach(door, chance)
  const closes = opens + millis(door.settings.propDelay) + chance.between(2_000, 5_000)
  const beats = [
    { after: 0, act: presents(shown) },
    { after: opens, act: pulls },
    { after: closes, act: input("closed") },
  ]
  return { place: door.settings.id, lasts: closes + 500, beats }
}

/**
 * Two come with one card. The second one holds the door for longer than anybody would who comes alone, or catches it
 * when it has closed and locked, and pulls.
 */
export const tailgate: Play = ({ findVisit, chance }) => {
  const visit = findVisit("allowed", ({ settings: { dps }, relay }) => dps && !relay)
  if (visit === undefined) return undefined
  const { door, shown } = visit
  const opens = reach(door, chance)
  const closes = opens + hold(door, opens, chance)
  const catches = closes + chance.between(100, 900)
  const isLate = chance.falls(0.5)
  const second = isLate
    ? [
        { after: closes, act: input("closed") },
        { after: catches, act: input("opened") },
      ]
    : []
  const ends = catches + chance.between(1_500, 4_000)
  const beats = [
    { after: 0, act: presents(shown) },
    { after: opens, act: pulls },
    ...second,
    { after: ends, act: input("closed") },
  ]
  return { place: door.settings.id, lasts: ends + 500, beats }
}

/** Somebody breaks the door open. At times a guard clears the alarm before the door is closed. */
export const force: Play = ({ findDoor, at, chance }) => {
  const door = findDoor((tried) => tried.settings.dps && tried.settings.forcedAlarm && !mayOpen(tried, at))
  if (door === undefined) return undefined
  const patience = door.settings.propAlarm ? Math.floor(millis(door.settings.propDelay) * 0.8) : 9_000
  const closes = Math.min(chance.between(4_000, 9_000), patience)
  const clears = chance.falls(0.3) ? [{ after: Math.floor(closes * 0.7), act: input("alarmCleared") }] : []
  const beats = [{ after: 0, act: input("opened") }, ...clears, { after: closes, act: input("closed") }]
  return { place: door.settings.id, lasts: closes + 500, beats }
}

export const beTurnedAway: Play = ({ findVisit }) => {
  const visit = findVisit("denied")
  if (visit === undefined) return undefined
  return readAt(visit.door, visit.shown)
}

/** A stranger tries a card that belongs to nobody. */
export const tryCard: Play = ({ findDoor, strangeCard }) => {
  const door = findDoor(() => true)
  return door && readAt(door, { card: strangeCard() })
}

/** The cleaner holds a door unlocked for a while, and goes through. */
const clean: Play = ({ findDoor, chance }) => {
  const door = findDoor(({ override }) => override === "none")
  if (door === undefined) return undefined
  const closes = 1_500 + hold(door, 1_500, chance)
  const beats = [
    { after: 0, act: turn("forceOpen", true) },
    { after: 1_500, act: pulls },
    { after: closes, act: input("closed") },
    { after: closes + chance.between(4_000, 9_000), act: turn("forceOpen", false) },
  ]
  return { place: door.settings.id, lasts: closes + 500, beats }
}

/** Nobody is to come in during a meeting; somebody tries all the same. */
const meet: Play = ({ findDoor, findVisit, chance }) => {
  const door = findDoor(
    ({ override }) => override === "none",
    ({ settings }) => !settings.rex,
  )
  if (door === undefined) return undefined
  const { id } = door.settings
  const late = findVisit("allowed", ({ settings }) => settings.id === id)
  const beats = [
    { after: 0, act: turn("doNotDisturb", true) },
    ...(late === undefined ? [] : [{ after: chance.between(2_000, 6_000), act: presents(late.shown) }]),
    { after: chance.between(9_000, 15_000), act: turn("doNotDisturb", false) },
  ]
  return { place: id, lasts: 1_000, beats }
}

/** A schedule keeps the entrance unlocked for a while. Where it waits for the first who may enter, there is one. */
const openHours: Play = ({ findDoor, findVisit, isScheduled, chance }) => {
  const entrance = findDoor(
    (door) => door.autoOpen === "off" && door.override === "none" && !isScheduled(door),
    ({ settings }) => settings.rexUnlocks,
  )
  if (entrance === undefined) return undefined
  const { id, autoOpenAfterFirstAllow: waits } = entrance.settings
  const first = waits ? findVisit("allowed", ({ settings }) => settings.id === id) : undefined
  if (waits && first === undefined) return undefined
  const beats = [
    { after: 0, act: turn("autoOpen", true) },
    ...(first === undefined ? [] : [{ after: 0, act: presents(first.shown) }]),
    { after: chance.between(9_000, 16_000), act: endsHours },
  ]
  return { place: id, lasts: 1_000, beats }
}

/** Some of those who come and go. */
export const visits: readonly Play[] = [enter, enter, enter, enter, enter, leave, leave]

/** What else happens in a building. */
export const incidents: readonly Play[] = [prop, force, beTurnedAway, tryCard, clean, meet, openHours, leave]
