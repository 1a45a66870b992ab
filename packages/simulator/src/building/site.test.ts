import type { Device, Rule } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { openRule, type Plan } from "./plan.js"
import { Site, type Said } from "./site.js"

// A Monday; in Madrid it is an hour later.
const from = Date.parse("2026-11-23T00:00:00.000Z")
const device = demoBuilding.devices[0] as Device
const hour = 3_600_000

const autoOpen = (particular: Partial<Rule>): Rule => ({
  ...openRule([device], []),
  type: "autoOpen",
  ...particular,
})

const planOf = (rules: readonly Rule[], particular: Partial<Device> = {}): Plan => ({
  ...demoBuilding,
  cloudNodes: [{ id: device.cloudNodeId, timezone: "Europe/Madrid" }],
  devices: [{ ...device, ...particular }],
  rules,
})

/** All that the site does by itself until then. */
function comeTo(site: Site, until: number): Said[] {
  const said: Said[] = []
  while (site.nextAt() <= until) said.push(...site.goOn())
  return said
}

const told = (said: readonly Said[]): string[] =>
  said.map(
    ({ topic, occurred }) =>
      `${new Date(occurred).toISOString().slice(5, 16)} ${topic.replace(/^device\.(input\.)?/, "")}`,
  )

describe("A door with a schedule", () => {
  const office = autoOpen({ startTime: "08:00", stopTime: "18:00", recurring: ["Mon", "Tue"] })

  it("is unlocked and locked by it, in the cloud node's time zone", () => {
    expect(told(comeTo(new Site(planOf([office]), from), from + 72 * hour))).toEqual([
      "11-23T07:00 autoopen.on",
      "11-23T07:00 relay.on",
      "11-23T17:00 autoopen.off",
      "11-23T17:00 relay.off",
      "11-24T07:00 autoopen.on",
      "11-24T07:00 relay.on",
      "11-24T17:00 autoopen.off",
      "11-24T17:00 relay.off",
    ])
  })

  it("stays locked on a holiday, and in a break", () => {
    const holiday = autoOpen({ allow: false, recurring: ["Mon"] })
    const lunch = autoOpen({ allow: false, startTime: "12:30", stopTime: "13:30" })
    const said = told(comeTo(new Site(planOf([office, holiday, lunch]), from), from + 48 * hour))
    expect(said.filter((one) => one.includes("autoopen"))).toEqual([
      "11-24T07:00 autoopen.on",
      "11-24T11:30 autoopen.off",
      "11-24T12:30 autoopen.on",
      "11-24T17:00 autoopen.off",
    ])
  })

  it("is unlocked at once where the building opens in the middle of it", () => {
    expect(told(comeTo(new Site(planOf([office]), from + 10 * hour), from + 11 * hour))).toEqual([
      "11-23T10:00 autoopen.on",
      "11-23T10:00 relay.on",
    ])
  })

  it("that waits for the first who may enter is unlocked by that one, and not on a holiday", () => {
    const everybody = openRule([device], demoBuilding.holders)
    const read = { does: "readsVirtually", holderId: demoBuilding.holders[0]?.id ?? "" } as const
    const waits = { autoOpenAfterFirstAllow: true }
    const site = new Site(planOf([office, everybody], waits), from)
    expect(comeTo(site, from + 8 * hour)).toEqual([])
    expect(told(site.act(device.id, read, from + 8 * hour))).toEqual([
      "11-23T08:00 request.allowed",
      "11-23T08:00 autoopen.on",
      "11-23T08:00 relay.on",
    ])
    const closed = new Site(planOf([office, everybody, autoOpen({ allow: false })], waits), from)
    comeTo(closed, from + 8 * hour)
    expect(told(closed.act(device.id, read, from + 8 * hour)).join()).not.toContain("autoopen")
  })

  it("follows the new time after the clock has jumped", () => {
    const site = new Site(planOf([office]), from)
    comeTo(site, from + 10 * hour)
    site.shift(12 * hour)
    expect(told(comeTo(site, from + 23 * hour))).toEqual([
      "11-23T19:00 autoopen.off",
      "11-23T19:00 relay.off",
    ])
  })

  it("is as its rules say at every moment", () => {
    const time = fc
      .integer({ min: 0, max: 48 })
      .map((half) => `${String(half >> 1).padStart(2, "0")}:${half % 2 === 0 ? "00" : "30"}`)
    const anyRule = fc.record({ startTime: time, stopTime: time, allow: fc.boolean() }).map(autoOpen)
    const begin = Date.parse("2026-10-24T00:00:00Z")
    fc.assert(
      fc.property(
        fc.array(anyRule, { maxLength: 4 }),
        fc.integer({ min: 1, max: 48 * 60 }),
        (rules, minutes) => {
          const site = new Site(planOf(rules), begin)
          const at = begin + minutes * 60_000
          comeTo(site, at)
          const later = new Site(planOf(rules), at)
          comeTo(later, at)
          expect(site.door(device.id).autoOpen).toBe(later.door(device.id).autoOpen)
        },
      ),
    )
  })
})
