import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { play, timePassed, type Happening } from "../../test/door.js"
import { findBreaches, pairs } from "../../test/invariants.js"
import { anyHappenings, anyHappeningsRefitted, anySettings } from "../../test/whatever.suite.js"
import {
  createDoor,
  step,
  wakesAt,
  type Door,
  type DoorInput,
  type DoorReport,
  type DoorSettings,
} from "./door.js"

const holds = (
  property: (reports: DoorReport[], happenings: Happening[], settings: DoorSettings) => void,
): void =>
  fc.assert(
    fc.property(anySettings, anyHappenings, (some, happenings) =>
      property(play(happenings, some), happenings, some),
    ),
    { numRuns: 400 },
  )

describe("Whatever happens, a door", () => {
  it.each([
    ["its settings stay as they are", anyHappenings],
    ["its settings change", anyHappeningsRefitted],
  ])("does not contradict itself, while %s", (_, happenings) => {
    fc.assert(
      fc.property(anySettings, happenings, (some, any) => {
        expect(findBreaches(play(any, some))).toEqual([])
      }),
      { numRuns: 1500 },
    )
  })

  it("brings every pair about that it is held to", () => {
    const heard = new Set<string>()
    const anyStory = fc.tuple(anySettings, anyHappeningsRefitted)
    for (const [some, happenings] of fc.sample(anyStory, { numRuns: 500, seed: 7 }))
      for (const { topic } of play(happenings, some)) heard.add(topic)
    const ours = pairs.flat().filter((topic) => topic.startsWith("device."))
    expect(ours.filter((topic) => !heard.has(topic))).toEqual([])
  })

  it("raises only the alarms that its sensors and settings allow at that moment", () => {
    fc.assert(
      fc.property(anySettings, anyHappeningsRefitted, (some, happenings) => {
        let door = createDoor(some)
        for (const { moment, input } of happenings) {
          const { settings } = door
          const outcome = step(door, input, moment)
          door = outcome.door
          const topics = outcome.reports.map(({ topic }) => topic)
          if (!settings.propAlarm) expect(topics).not.toContain("device.alarm.propped.on")
          if (!settings.forcedAlarm) expect(topics).not.toContain("device.alarm.forced")
          if (input.kind !== "refitted") continue
          const { dps, rex, propAlarm, forcedAlarm } = door.settings
          expect(door.propped && !(dps && propAlarm)).toBe(false)
          expect(door.forced && !(dps && forcedAlarm)).toBe(false)
          expect(door.rexActive && !rex).toBe(false)
        }
      }),
    )
  })

  it("reports in the order in which it occurred, and nothing before it did", () => {
    holds((reports, happenings) => {
      const moments = reports.map(({ occurred }) => occurred)
      expect(moments).toEqual(moments.toSorted((one, other) => one - other))
      expect(moments.at(-1) ?? 0).toBeLessThanOrEqual(happenings.at(-1)?.moment ?? 0)
    })
  })

  it("is never held open and undisturbed at once", () => {
    holds((reports) => {
      const held = new Set<string>()
      for (const { topic } of reports) {
        const [, mode, turned] = /^device\.(forceopen|forceclose)\.(on|off)$/.exec(topic) ?? []
        if (mode === undefined) continue
        if (turned === "on") held.add(mode)
        else held.delete(mode)
        expect(held.size).toBeLessThanOrEqual(1)
      }
    })
  })

  it("lets nobody in under do not disturb", () => {
    holds((reports) => {
      let undisturbed = false
      for (const { topic } of reports) {
        if (topic.startsWith("device.forceclose.")) undisturbed = topic === "device.forceclose.on"
        if (undisturbed) expect(topic).not.toBe("device.request.allowed")
      }
    })
  })

  it("is forced if, and only if, it opened locked with no REX before it", () => {
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

  it("raises only the alarms that its sensors and settings allow", () => {
    holds((reports, _, { dps, rex, propAlarm, forcedAlarm }) => {
      const topics = reports.map(({ topic }) => topic)
      if (!dps) expect(topics.filter((topic) => topic.includes("dps") || topic.includes("alarm"))).toEqual([])
      if (!rex) expect(topics.filter((topic) => topic.includes("rex"))).toEqual([])
      if (!propAlarm) expect(topics).not.toContain("device.alarm.propped.on")
      if (!forcedAlarm) expect(topics).not.toContain("device.alarm.forced")
    })
  })

  it("is propped exactly one prop period after it opened", () => {
    holds((reports, _, { propDelay }) => {
      let openedAt = -Infinity
      for (const { topic, occurred } of reports) {
        if (topic === "device.input.dps.opened") openedAt = occurred
        if (topic === "device.alarm.propped.on") expect(occurred).toBe(openedAt + propDelay * 100)
      }
    })
  })

  it("says the same whether it is woken in time or late", () => {
    fc.assert(
      fc.property(anySettings, anyHappeningsRefitted, (some, happenings) => {
        let door: Door = createDoor(some)
        const reports: DoorReport[] = []
        const take = (input: DoorInput, moment: number): void => {
          const outcome = step(door, input, moment)
          door = outcome.door
          reports.push(...outcome.reports)
        }
        for (const { moment, input } of happenings) {
          for (let due = wakesAt(door); due !== undefined && due <= moment; due = wakesAt(door))
            take(timePassed, due)
          take(input, moment)
        }
        expect(reports).toEqual(play(happenings, some))
      }),
    )
  })
})
