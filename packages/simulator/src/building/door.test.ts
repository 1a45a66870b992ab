import { describe, expect, it } from "vitest"
import {
  alarmCleared,
  allowed,
  at,
  autoOpen,
  closed,
  doNotDisturb,
  forceOpen,
  opened,
  play,
  read,
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

describe("A door", () => {
  it("lets somebody in who may enter, locks after the dwell and says so in order", () => {
    expect(told([at(0, allowed), at(1200, opened), at(4500, closed)])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "1.2 dps.opened",
      "3 relay.off",
      "4.5 dps.closed",
    ])
  })

  it("stays unlocked for a dwell after the newest granted read", () => {
    expect(told([at(0, allowed), at(2000, allowed), at(9000, timePassed)])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "2 request.allowed",
      "5 relay.off",
    ])
  })

  it("reports a read with all that is known of it", () => {
    expect(play([at(7, allowed)])[0]).toEqual({
      topic: "device.request.allowed",
      occurred: 7,
      body: {
        deviceId: "front-door",
        holderId: "jo",
        requestFactor: "CARD_ONLY",
        facilityCode: "77",
        cardNumber: "26858",
      },
    })
  })

  it("stays locked for whom it denies or does not know", () => {
    expect(told([at(0, read("denied")), at(1, read("unknown"))])).toEqual([
      "0 request.denied",
      "0.001 request.unknown",
    ])
  })

  it("lets somebody out who presses the button", () => {
    expect(told([at(0, rexPressed), at(800, opened), at(1500, rexReleased), at(4000, closed)])).toEqual([
      "0 rex.on",
      "0 relay.on",
      "0.8 dps.opened",
      "1.5 rex.off",
      "3 relay.off",
      "4 dps.closed",
    ])
  })

  it("with a lever inside lets somebody out while the lock stays as it is", () => {
    expect(
      told([at(0, rexPressed), at(800, opened), at(1500, rexReleased), at(4000, closed)], {
        rexUnlocks: false,
      }),
    ).toEqual(["0 rex.on", "0.8 dps.opened", "1.5 rex.off", "4 dps.closed"])
  })

  it("may be opened for a dwell after a REX was pressed, and no longer", () => {
    const lever = { rexUnlocks: false }
    expect(told([at(0, rexPressed), at(100, rexReleased), at(2999, opened)], lever).at(-1)).toBe(
      "2.999 dps.opened",
    )
    expect(told([at(0, rexPressed), at(100, rexReleased), at(3000, opened)], lever).at(-1)).toBe(
      "3 alarm.forced",
    )
    expect(told([at(0, rexPressed), at(5000, opened)], lever).at(-1)).toBe("5 dps.opened")
  })

  it("that is forced raises the alarm until it is closed", () => {
    expect(told([at(0, opened), at(4000, closed)])).toEqual([
      "0 dps.opened",
      "0 alarm.forced",
      "4 dps.closed",
      "4 alarm.forced.cleared",
    ])
  })

  it("that is forced is quiet once somebody has cleared the alarm", () => {
    expect(told([at(0, opened), at(2000, alarmCleared), at(4000, closed), at(5000, alarmCleared)])).toEqual([
      "0 dps.opened",
      "0 alarm.forced",
      "2 alarm.forced.cleared",
      "4 dps.closed",
    ])
  })

  it("that is opened at the very moment at which it locks is forced", () => {
    expect(told([at(0, allowed), at(3000, opened)])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "3 relay.off",
      "3 dps.opened",
      "3 alarm.forced",
    ])
  })

  it("that is held open is propped after its prop period, until it closes", () => {
    expect(told([at(0, allowed), at(1000, opened), at(15_000, closed)])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "1 dps.opened",
      "3 relay.off",
      "11 alarm.propped.on",
      "15 dps.closed",
      "15 alarm.propped.off",
    ])
  })

  it("denies every read under do not disturb, but lets people out", () => {
    expect(
      told([at(0, doNotDisturb(true)), at(1, allowed), at(2, read("unknown")), at(3, rexPressed)]),
    ).toEqual([
      "0 forceclose.on",
      "0.001 request.denied",
      "0.002 request.unknown",
      "0.003 rex.on",
      "0.003 relay.on",
    ])
  })

  it("ends a dwell under do not disturb", () => {
    expect(told([at(0, allowed), at(1000, doNotDisturb(true)), at(2000, doNotDisturb(false))])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "1 forceclose.on",
      "1 relay.off",
      "2 forceclose.off",
    ])
  })

  it("locks at once under do not disturb, and unlocks again afterwards if a schedule says so", () => {
    expect(
      told([at(0, autoOpen(true)), at(1000, doNotDisturb(true)), at(2000, doNotDisturb(false))]),
    ).toEqual([
      "0 autoopen.on",
      "0 relay.on",
      "1 forceclose.on",
      "1 relay.off",
      "2 forceclose.off",
      "2 relay.on",
    ])
  })

  it("has one override at a time", () => {
    expect(told([at(0, forceOpen(true)), at(1000, doNotDisturb(true)), at(2000, forceOpen(false))])).toEqual([
      "0 forceopen.on",
      "0 relay.on",
      "1 forceopen.off",
      "1 forceclose.on",
      "1 relay.off",
    ])
  })

  it("that a schedule keeps open does not lock after a dwell, only when the schedule ends", () => {
    expect(
      told([
        at(0, autoOpen(true)),
        at(1000, allowed),
        at(2000, opened),
        at(8000, closed),
        at(9000, autoOpen(false)),
      ]),
    ).toEqual([
      "0 autoopen.on",
      "0 relay.on",
      "1 request.allowed",
      "2 dps.opened",
      "8 dps.closed",
      "9 autoopen.off",
      "9 relay.off",
    ])
  })

  it("that waits for the first who may enter begins its schedule with that one", () => {
    const happenings = [
      at(0, autoOpen(true)),
      at(500, read("denied")),
      at(1000, allowed),
      at(9000, autoOpen(false)),
    ]
    expect(told(happenings, { autoOpenAfterFirstAllow: true })).toEqual([
      "0.5 request.denied",
      "1 request.allowed",
      "1 autoopen.on",
      "1 relay.on",
      "9 autoopen.off",
      "9 relay.off",
    ])
    expect(told([at(0, autoOpen(true)), at(10, autoOpen(false))], { autoOpenAfterFirstAllow: true })).toEqual(
      [],
    )
  })

  it("without sensors says nothing of what it cannot see", () => {
    const blind = { dps: false, rex: false }
    expect(told([at(0, opened), at(1, rexPressed), at(2, rexReleased), at(60_000, closed)], blind)).toEqual(
      [],
    )
  })
})
