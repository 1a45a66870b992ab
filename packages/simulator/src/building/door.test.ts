import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createDoor, step, wakesAt, type Door, type DoorInput, type DoorReport, type DoorSettings, type Read } from "./door.js"

const settings: DoorSettings = {
  id: "front-door",
  dwell: 30,
  dps: true,
  rex: true,
  propAlarm: true,
  propDelay: 100,
  forcedAlarm: true,
  autoOpenAfterFirstAllow: false,
  rexUnlocks: true,
}

const read = (decision: Read["decision"]): DoorInput => ({
  kind: "read",
  read: { decision, requestFactor: "CARD_ONLY", holderId: "jo", facilityCode: "77", cardNumber: "26858" },
})
const allowed = read("allowed")
const [opened, closed, rexPressed, rexReleased, alarmCleared, timePassed] = (
  ["opened", "closed", "rexPressed", "rexReleased", "alarmCleared", "timePassed"] as const
).map((kind) => ({ kind })) as [DoorInput, DoorInput, DoorInput, DoorInput, DoorInput, DoorInput]
const autoOpen = (on: boolean): DoorInput => ({ kind: "autoOpen", on })
const forceOpen = (on: boolean): DoorInput => ({ kind: "forceOpen", on })
const doNotDisturb = (on: boolean): DoorInput => ({ kind: "doNotDisturb", on })

type Happening = readonly [at: number, input: DoorInput]

function play(happenings: readonly Happening[], particular: Partial<DoorSettings> = {}): DoorReport[] {
  let door = createDoor({ ...settings, ...particular })
  return happenings.flatMap(([at, input]) => {
    const outcome = step(door, input, at)
    door = outcome.door
    return outcome.reports
  })
}

/** What was said, as `1.2 request.allowed`, in seconds. */
const told = (happenings: readonly Happening[], particular?: Partial<DoorSettings>): string[] =>
  play(happenings, particular).map(({ topic, occurred }) => `${occurred / 1000} ${topic.replace(/^device\.(input\.)?/, "")}`)

describe("A door", () => {
  it("lets somebody in who may enter, locks after the dwell and says so in order", () => {
    expect(told([[0, allowed], [1200, opened], [4500, closed]])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "1.2 dps.opened",
      "3 relay.off",
      "4.5 dps.closed",
    ])
  })

  it("stays unlocked for a dwell after the newest granted read", () => {
    expect(told([[0, allowed], [2000, allowed], [9000, timePassed]])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "2 request.allowed",
      "5 relay.off",
    ])
  })

  it("reports a read with all that is known of it", () => {
    expect(play([[7, allowed]])[0]).toEqual({
      topic: "device.request.allowed",
      occurred: 7,
      body: { deviceId: "front-door", holderId: "jo", requestFactor: "CARD_ONLY", facilityCode: "77", cardNumber: "26858" },
    })
  })

  it("stays locked for whom it denies or does not know", () => {
    expect(told([[0, read("denied")], [1, read("unknown")]])).toEqual(["0 request.denied", "0.001 request.unknown"])
  })

  it("lets somebody out who presses the button", () => {
    expect(told([[0, rexPressed], [800, opened], [1500, rexReleased], [4000, closed]])).toEqual([
      "0 rex.on",
      "0 relay.on",
      "0.8 dps.opened",
      "1.5 rex.off",
      "3 relay.off",
      "4 dps.closed",
    ])
  })

  it("with a lever inside lets somebody out while the lock stays as it is", () => {
    expect(told([[0, rexPressed], [800, opened], [1500, rexReleased], [4000, closed]], { rexUnlocks: false })).toEqual([
      "0 rex.on",
      "0.8 dps.opened",
      "1.5 rex.off",
      "4 dps.closed",
    ])
  })

  it("may be opened for a dwell after a REX was pressed, and no longer", () => {
    const lever = { rexUnlocks: false }
    expect(told([[0, rexPressed], [100, rexReleased], [2999, opened]], lever).at(-1)).toBe("2.999 dps.opened")
    expect(told([[0, rexPressed], [100, rexReleased], [3000, opened]], lever).at(-1)).toBe("3 alarm.forced")
    expect(told([[0, rexPressed], [5000, opened]], lever).at(-1)).toBe("5 dps.opened")
  })

  it("that is forced raises the alarm until it is closed", () => {
    expect(told([[0, opened], [4000, closed]])).toEqual([
      "0 dps.opened",
      "0 alarm.forced",
      "4 dps.closed",
      "4 alarm.forced.cleared",
    ])
  })

  it("that is forced is quiet once somebody has cleared the alarm", () => {
    expect(told([[0, opened], [2000, alarmCleared], [4000, closed], [5000, alarmCleared]])).toEqual([
      "0 dps.opened",
      "0 alarm.forced",
      "2 alarm.forced.cleared",
      "4 dps.closed",
    ])
  })

  it("that is opened at the very moment at which it locks is forced", () => {
    expect(told([[0, allowed], [3000, opened]])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "3 relay.off",
      "3 dps.opened",
      "3 alarm.forced",
    ])
  })

  it("that is held open is propped after its prop period, until it closes", () => {
    expect(told([[0, allowed], [1000, opened], [15_000, closed]])).toEqual([
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
    expect(told([[0, doNotDisturb(true)], [1, allowed], [2, read("unknown")], [3, rexPressed]])).toEqual([
      "0 forceclose.on",
      "0.001 request.denied",
      "0.002 request.unknown",
      "0.003 rex.on",
      "0.003 relay.on",
    ])
  })

  it("ends a dwell under do not disturb", () => {
    expect(told([[0, allowed], [1000, doNotDisturb(true)], [2000, doNotDisturb(false)]])).toEqual([
      "0 request.allowed",
      "0 relay.on",
      "1 forceclose.on",
      "1 relay.off",
      "2 forceclose.off",
    ])
  })

  it("locks at once under do not disturb, and unlocks again afterwards if a schedule says so", () => {
    expect(told([[0, autoOpen(true)], [1000, doNotDisturb(true)], [2000, doNotDisturb(false)]])).toEqual([
      "0 autoopen.on",
      "0 relay.on",
      "1 forceclose.on",
      "1 relay.off",
      "2 forceclose.off",
      "2 relay.on",
    ])
  })

  it("has one override at a time", () => {
    expect(told([[0, forceOpen(true)], [1000, doNotDisturb(true)], [2000, forceOpen(false)]])).toEqual([
      "0 forceopen.on",
      "0 relay.on",
      "1 forceopen.off",
      "1 forceclose.on",
      "1 relay.off",
    ])
  })

  it("that a schedule keeps open does not lock after a dwell, only when the schedule ends", () => {
    expect(told([[0, autoOpen(true)], [1000, allowed], [2000, opened], [8000, closed], [9000, autoOpen(false)]])).toEqual([
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
    const happenings = [[0, autoOpen(true)], [500, read("denied")], [1000, allowed], [9000, autoOpen(false)]] as const
    expect(told(happenings, { autoOpenAfterFirstAllow: true })).toEqual([
      "0.5 request.denied",
      "1 request.allowed",
      "1 autoopen.on",
      "1 relay.on",
      "9 autoopen.off",
      "9 relay.off",
    ])
    expect(told([[0, autoOpen(true)], [10, autoOpen(false)]], { autoOpenAfterFirstAllow: true })).toEqual([])
  })

  it("without sensors says nothing of what it cannot see", () => {
    const blind = { dps: false, rex: false }
    expect(told([[0, opened], [1, rexPressed], [2, rexReleased], [60_000, closed]], blind)).toEqual([])
  })
})

// --- Whatever happens ------------------------------------------------------------------------------------------------

const anySettings: fc.Arbitrary<DoorSettings> = fc.record({
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
const anyInput = fc.constantFrom(
  ...[allowed, allowed, read("denied"), read("unknown"), opened, opened, closed, closed, rexPressed, rexReleased],
  ...[alarmCleared, timePassed, autoOpen(true), autoOpen(false), forceOpen(true), forceOpen(false)],
  ...[doNotDisturb(true), doNotDisturb(false)],
)
const anyHappenings: fc.Arbitrary<Happening[]> = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 6000 }), anyInput), { maxLength: 60, size: "max" })
  .map((steps) => {
    let at = 0
    return steps.map(([pause, input]) => [(at += pause), input] as const)
  })

const holds = (property: (reports: DoorReport[], happenings: Happening[], settings: DoorSettings) => void): void =>
  fc.assert(
    fc.property(anySettings, anyHappenings, (some, happenings) => property(play(happenings, some), happenings, some)),
    { numRuns: 400 },
  )

/** The pairs of topics that take turns, the first one first. */
const pairs = [
  ["device.input.relay.on", "device.input.relay.off"],
  ["device.input.dps.opened", "device.input.dps.closed"],
  ["device.input.rex.on", "device.input.rex.off"],
  ["device.alarm.propped.on", "device.alarm.propped.off"],
  ["device.alarm.forced", "device.alarm.forced.cleared"],
  ["device.autoopen.on", "device.autoopen.off"],
  ["device.forceopen.on", "device.forceopen.off"],
  ["device.forceclose.on", "device.forceclose.off"],
] as const

describe("Whatever happens at a door", () => {
  it.each(pairs)("%s and %s take turns", (on, off) => {
    holds((reports) => {
      const turns = reports.map(({ topic }) => topic).filter((topic) => topic === on || topic === off)
      expect(turns).toEqual(turns.map((_, index) => (index % 2 === 0 ? on : off)))
    })
  })

  it("it is reported in the order in which it occurred, and never before it did", () => {
    holds((reports, happenings) => {
      const moments = reports.map(({ occurred }) => occurred)
      expect(moments).toEqual(moments.toSorted((one, other) => one - other))
      expect(moments.at(-1) ?? 0).toBeLessThanOrEqual(happenings.at(-1)?.[0] ?? 0)
    })
  })

  it("nobody is let in under do not disturb", () => {
    holds((reports) => {
      let undisturbed = false
      for (const { topic } of reports) {
        if (topic.startsWith("device.forceclose.")) undisturbed = topic === "device.forceclose.on"
        if (undisturbed) expect(topic).not.toBe("device.request.allowed")
      }
    })
  })

  it("it is forced if, and only if, it opened locked with no REX before it", () => {
    holds((reports, _, { dwell, forcedAlarm }) => {
      let [unlocked, pressed, rexAt] = [false, false, -Infinity]
      for (const [index, { topic, occurred }] of reports.entries()) {
        if (topic.startsWith("device.input.relay.")) unlocked = topic === "device.input.relay.on"
        if (topic.startsWith("device.input.rex.")) pressed = topic === "device.input.rex.on"
        if (topic === "device.input.rex.on") rexAt = occurred
        if (topic !== "device.input.dps.opened") continue
        const excused = unlocked || pressed || occurred < rexAt + dwell * 100
        expect(reports[index + 1]?.topic === "device.alarm.forced").toBe(forcedAlarm && !excused)
      }
    })
  })

  it("an alarm is reported only for what its sensors and settings allow", () => {
    holds((reports, _, { dps, rex, propAlarm, forcedAlarm }) => {
      const topics = reports.map(({ topic }) => topic)
      if (!dps) expect(topics.filter((topic) => topic.includes("dps") || topic.includes("alarm"))).toEqual([])
      if (!rex) expect(topics.filter((topic) => topic.includes("rex"))).toEqual([])
      if (!propAlarm) expect(topics).not.toContain("device.alarm.propped.on")
      if (!forcedAlarm) expect(topics).not.toContain("device.alarm.forced")
    })
  })

  it("it is propped exactly one prop period after it opened", () => {
    holds((reports, _, { propDelay }) => {
      let openedAt = -Infinity
      for (const { topic, occurred } of reports) {
        if (topic === "device.input.dps.opened") openedAt = occurred
        if (topic === "device.alarm.propped.on") expect(occurred).toBe(openedAt + propDelay * 100)
      }
    })
  })

  it("it says the same whether it is woken in time or late", () => {
    fc.assert(
      fc.property(anySettings, anyHappenings, (some, happenings) => {
        let door: Door = createDoor(some)
        const reports: DoorReport[] = []
        const take = (input: DoorInput, at: number): void => {
          const outcome = step(door, input, at)
          door = outcome.door
          reports.push(...outcome.reports)
        }
        for (const [at, input] of happenings) {
          for (let due = wakesAt(door); due !== undefined && due <= at; due = wakesAt(door)) take(timePassed, due)
          take(input, at)
        }
        expect(reports).toEqual(play(happenings, some))
      }),
    )
  })
})
