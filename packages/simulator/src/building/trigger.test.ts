import { isReportable, topicEntry, topicNames, type TopicName } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { anyHappenings, anySettings } from "../../test/whatever.suite.js"
import { demoBuilding } from "../demo-building.js"
import { openBuilding } from "./building.js"
import { createDoor, step, type Door, type DoorInput, type DoorSettings, type Read } from "./door.js"
import { reportsOf } from "./lines.js"
import type { Act } from "./scenes.js"
import { causeOf, type Cause, type Means } from "./trigger.js"

const card = (cardNumber: string) => ({ card: { facilityCode: "1", cardNumber } })
const means: Means = {
  admitted: card("allowed"),
  denied: card("denied"),
  stranger: card("unknown").card,
}
const doorTopics = topicNames.filter((topic) => topic.startsWith("device.") || topic === "liveEvent")

/** Whether the door can do it at all, with what there is to cause it. */
function isPossible(topic: TopicName, { dps, rex, propAlarm, forcedAlarm, ...more }: DoorSettings): boolean {
  if (topic.includes(".dps.")) return dps
  if (topic.includes(".rex.")) return rex
  if (topic.includes(".propped.")) return dps && propAlarm
  if (topic.includes(".forced")) return dps && forcedAlarm
  return more !== undefined
}

const inputOf = (act: Act): DoorInput => {
  if (act.does === "input") return act.input
  if (act.does !== "presents") throw new Error(`Nobody ${act.does} at a door.`)
  const decision = act.shown.card?.cardNumber as Read["decision"]
  return { kind: "read", read: { decision, requestFactor: "CARD_ONLY" } }
}

/** What the door says when this is done to it. */
function done(door: Door, { beats = [] }: Cause & { beats?: unknown }, at: number): string[] {
  let stands = door
  return (beats as readonly { after: number; act: Act }[]).flatMap(({ after, act }) => {
    const outcome = step(stands, inputOf(act), at + after)
    stands = outcome.door
    return outcome.reports.map(({ topic }) => topic)
  })
}

describe("Whatever state a door is in, a trigger", () => {
  const holds = (property: (topic: TopicName, door: Door, at: number) => void): void =>
    fc.assert(
      fc.property(fc.constantFrom(...doorTopics), anySettings, anyHappenings, (topic, some, happenings) => {
        let door = createDoor(some)
        for (const { moment, input } of happenings) door = step(door, input, moment).door
        property(topic, door, happenings.at(-1)?.moment ?? 0)
      }),
      { numRuns: 3000 },
    )

  it("makes every topic happen that can happen there, and says why others cannot", () => {
    holds((topic, door, at) => {
      const cause = causeOf(topic, door, at, means)
      expect(cause.beats !== undefined).toBe(isPossible(topic, door.settings))
      if (cause.beats === undefined) expect(cause.impossible).toMatch(/^The door .*\.$/)
      else if (topic === "liveEvent")
        expect(done(door, cause, at).some((said) => "sentence" in topicEntry(said as TopicName))).toBe(true)
      else expect(done(door, cause, at)).toContain(topic)
    })
  })

  it("does nothing before its time, and one thing after the other", () => {
    holds((topic, door, at) => {
      const moments = (causeOf(topic, door, at, means).beats ?? []).map(({ after }) => after)
      expect(moments).toEqual(moments.toSorted((one, other) => one - other))
      expect(moments[0] ?? 0).toBeGreaterThanOrEqual(0)
    })
  })
})

describe("A trigger", () => {
  const door = createDoor({
    ...(demoBuilding.devices[0] as DoorSettings & (typeof demoBuilding.devices)[0]),
    rexUnlocks: true,
  })
  const nobody: Means = { stranger: means.stranger }

  it("says so where nobody may enter, and where there is nobody", () => {
    expect(causeOf("device.request.allowed", door, 0, nobody)).toEqual({
      impossible: "Nobody may enter by this door at this moment.",
    })
    expect(causeOf("device.request.denied", door, 0, nobody)).toEqual({
      impossible: "Nobody has anything to show at this door.",
    })
    const waits = { ...door, settings: { ...door.settings, autoOpenAfterFirstAllow: true } }
    expect(causeOf("device.autoopen.on", waits, 0, nobody).beats).toBeUndefined()
  })

  it("denies somebody by do not disturb where everybody may enter", () => {
    const { admitted, stranger } = means
    const cause = causeOf("device.request.denied", door, 0, { admitted, stranger })
    expect(done(door, cause, 0)).toEqual(["device.forceclose.on", "device.request.denied"])
  })

  it.each(topicNames.filter((topic) => !doorTopics.includes(topic)))(
    "says that %s happens at no door, and by what it is caused",
    (topic) => {
      expect(causeOf(topic, door, 0, means)).toEqual({
        impossible: expect.stringMatching(/^It happens at no door, and is caused over REST and the link/),
      })
    },
  )

  it.each(doorTopics.filter(isReportable))("makes %s happen in a building full of people", (topic) => {
    const from = Date.parse("2026-11-23T08:00:00.000Z")
    const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run", from })
    const [{ id }] = demoBuilding.devices as readonly [(typeof demoBuilding.devices)[0]]
    building.advance(from + 60_000)
    const { beats } = building.trigger(topic, id, from + 60_000)
    const until = from + 60_000 + (beats?.at(-1)?.after ?? NaN)
    const said = reportsOf(building.advance(until)).filter(({ body }) => body.deviceId === id)
    expect(said.map((report) => report.topic)).toContain(topic)
  })
})
