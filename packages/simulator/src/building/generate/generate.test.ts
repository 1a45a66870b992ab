import { holderName } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { openBuilding } from "../building.js"
import { generateBuilding } from "./generate.js"

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const anyOptions = fc.record({ seed: fc.integer(), doors: fc.integer({ min: 1, max: 300 }) })

describe("A building from a seed", () => {
  it("is the same again, and another with another seed", () => {
    expect(generateBuilding({ seed: 7, doors: 100 })).toEqual(generateBuilding({ seed: 7, doors: 100 }))
    expect(generateBuilding({ seed: 7, doors: 100 })).not.toEqual(generateBuilding({ seed: 8, doors: 100 }))
  })

  it("has an id for everything and a name for everything, of its own", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const { cloudNodes, connections, devices, holders, groups, rules } = generateBuilding(options)
        expect(devices).toHaveLength(options.doors)
        const credentials = holders.flatMap((holder) => holder.credentials)
        const all = [cloudNodes, connections, devices, holders, groups, rules, credentials].flat()
        for (const { id } of all) expect(id).toMatch(uuid)
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
        for (const named of [cloudNodes, connections, devices, groups, rules])
          expect(new Set(named.map(({ name }) => name)).size).toBe(named.length)
        expect(new Set(holders.map(holderName)).size).toBe(holders.length)
        const cards = credentials.map(({ facilityCode, cardNumber }) => `${facilityCode}:${cardNumber}`)
        expect(new Set(cards).size).toBe(cards.length)
      }),
      { numRuns: 30 },
    )
  })

  it("has doors on controllers on cloud nodes, and rules that a registry takes", () => {
    fc.assert(
      fc.property(anyOptions, (options) => {
        const { cloudNodes, connections, devices, holders, groups, rules } = generateBuilding(options)
        const nodeOf = new Map(connections.map(({ id, cloudNodeId }) => [id, cloudNodeId]))
        const ports = devices.map(({ connectionId, port }) => `${connectionId}:${port}`)
        expect(new Set(ports).size).toBe(ports.length)
        for (const device of devices) expect(nodeOf.get(device.connectionId)).toBe(device.cloudNodeId)
        expect(new Set(nodeOf.values())).toEqual(new Set(cloudNodes.map(({ id }) => id)))
        const groupIds = groups.map(({ id }) => id)
        for (const rule of rules) {
          expect(rule.startTime < rule.stopTime).toBe(true)
          expect(groupIds).toEqual(expect.arrayContaining([...rule.groups]))
          expect(devices.map(({ id }) => id)).toEqual(expect.arrayContaining([...rule.devices]))
        }
        for (const holder of holders)
          expect(groupIds).toEqual(expect.arrayContaining([...(holder.groups ?? [])]))
      }),
      { numRuns: 10 },
    )
  })

  it("lets somebody in at every door, at whatever hour", () => {
    const plan = generateBuilding({ seed: 7, doors: 70, timezones: ["Europe/Madrid", "Asia/Tokyo"] })
    expect(plan.cloudNodes.map(({ timezone }) => timezone)).toEqual(["Europe/Madrid", "Asia/Tokyo"])
    const from = Date.parse("2026-11-22T03:00:00.000Z")
    const building = openBuilding({ plan, seed: 7, run: "run", from })
    for (const { id } of plan.devices)
      expect(building.trigger("device.request.allowed", id, from)).toHaveProperty("beats")
  })

  it("begins with the doors that every building has", () => {
    const names = generateBuilding({ seed: 7, doors: 200 }).devices.map(({ name }) => name)
    expect(names.slice(0, 2)).toEqual(["Front Door", "Loading Dock"])
    expect(names).toContain("North Wing Front Door")
    expect(names.filter((name) => /^Lab \d\.\d\d$/.test(name)).length).toBeGreaterThan(0)
  })

  it.each([0, 1.5, 10_001, NaN])("has no %s doors", (doors) => {
    expect(() => generateBuilding({ seed: 7, doors })).toThrow(RangeError)
    expect(() => generateBuilding({ seed: 7, doors: 1, people: 0 })).toThrow(RangeError)
  })
})
