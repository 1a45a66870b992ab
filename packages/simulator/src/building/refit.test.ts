import { describe, expect, it } from "vitest"
import {
  allowed,
  at,
  autoOpen,
  closed,
  opened,
  play,
  refitted,
  rexPressed,
  rexReleased,
  timePassed,
  type Happening,
} from "../../test/door.js"
import type { DoorSettings } from "./door.js"

/** What was said, as `1.2 request.allowed`, in seconds. */
const told = (happenings: readonly Happening[], particular?: Partial<DoorSettings>): string[] =>
  play(happenings, particular).map(
    ({ topic, occurred }) => `${occurred / 1000} ${topic.replace(/^device\.(input\.)?/, "")}`,
  )

const entered = [at(0, allowed), at(1000, opened)]
const entry = ["0 request.allowed", "0 relay.on", "1 dps.opened", "3 relay.off"]
const forced = [at(0, opened)]
const force = ["0 dps.opened", "0 alarm.forced"]

describe("A door whose settings change", () => {
  it("ends a prop alarm that is switched off, and counts on for none", () => {
    const off = refitted({ propAlarm: false })
    expect(told([...entered, at(12_000, off), at(20_000, closed)])).toEqual([
      ...entry,
      "11 alarm.propped.on",
      "12 alarm.propped.off",
      "20 dps.closed",
    ])
    expect(told([...entered, at(5_000, off), at(20_000, closed)])).toEqual([...entry, "20 dps.closed"])
  })

  it("begins the prop period of a door that stands open when the alarm is switched on", () => {
    const happenings = [...entered, at(30_000, refitted({ propAlarm: true })), at(60_000, timePassed)]
    expect(told(happenings, { propAlarm: false })).toEqual([...entry, "40 alarm.propped.on"])
  })

  it("lets a prop period under way run out as it began", () => {
    const happenings = [...entered, at(2_000, refitted({ propDelay: 5 })), at(60_000, timePassed)]
    expect(told(happenings)).toEqual([...entry, "11 alarm.propped.on"])
  })

  it("ends a forced alarm that is switched off, and raises none for a door that stands open", () => {
    expect(told([...forced, at(1_000, refitted({ forcedAlarm: false })), at(2_000, closed)])).toEqual([
      ...force,
      "1 alarm.forced.cleared",
      "2 dps.closed",
    ])
    expect(told([...forced, at(1_000, refitted({}))], { forcedAlarm: false })).toEqual(["0 dps.opened"])
  })

  it("lets a sensor that is taken away rest, and what hangs on it end", () => {
    const blind = refitted({ dps: false })
    expect(told([...forced, at(20_000, blind), at(30_000, closed), at(31_000, opened)])).toEqual([
      ...force,
      "10 alarm.propped.on",
      "20 dps.closed",
      "20 alarm.forced.cleared",
      "20 alarm.propped.off",
    ])
  })

  it("says of an open door that got a sensor that it is open, and calls nobody a burglar for it", () => {
    const happenings = [at(0, opened), at(5_000, refitted({})), at(20_000, closed)]
    expect(told(happenings, { dps: false })).toEqual([
      "5 dps.opened",
      "15 alarm.propped.on",
      "20 dps.closed",
      "20 alarm.propped.off",
    ])
  })

  it("releases a button that is taken away", () => {
    const happenings = [at(0, rexPressed), at(500, refitted({ rex: false })), at(900, rexReleased)]
    expect(told([...happenings, at(4_000, timePassed)])).toEqual([
      "0 rex.on",
      "0 relay.on",
      "0.5 rex.off",
      "3 relay.off",
    ])
  })

  it("no longer waits for the first who may enter where it is told not to, and begins to wait only next time", () => {
    const waits = { autoOpenAfterFirstAllow: true }
    expect(told([at(0, autoOpen(true)), at(1_000, refitted({}))], waits)).toEqual([
      "1 autoopen.on",
      "1 relay.on",
    ])
    const happenings = [at(0, autoOpen(true)), at(1_000, refitted(waits))]
    expect(told([...happenings, at(2_000, autoOpen(false)), at(3_000, autoOpen(true))])).toEqual([
      "0 autoopen.on",
      "0 relay.on",
      "2 autoopen.off",
      "2 relay.off",
    ])
  })

  it("says what fell due before by the settings of then", () => {
    expect(told([...entered, at(20_000, refitted({ propAlarm: false }))])).toEqual([
      ...entry,
      "11 alarm.propped.on",
      "20 alarm.propped.off",
    ])
  })
})
