import { describe, expect, it } from "vitest"
import { generateBuilding } from "../building/generate/generate.js"
import { draftsOf } from "./drafts.js"

const asItIs = (id: string): string => id

describe("What is written of a building", () => {
  it("has an externalId of its own for everything, beginning with its mark", () => {
    const all = draftsOf(generateBuilding({ seed: 7, doors: 100 }), 7, "system").flat()
    const names = all.map(({ externalId }) => externalId)
    expect(new Set(names).size).toBe(names.length)
    for (const name of names) expect(name).toMatch(/^virtual-7\/[a-z]+-\d+$/)
  })

  it("names nothing that was not written in a step before", () => {
    const written = new Set<string>()
    const idOf = (id: string): string => {
      expect(written).toContain(id)
      return id
    }
    for (const step of draftsOf(generateBuilding({ seed: 7, doors: 100 }), 7, "system")) {
      for (const draft of step) {
        draft.path(idOf)
        draft.fields(idOf)
      }
      for (const { id } of step) written.add(id)
    }
  })

  it("has no rule with more devices than a registry takes, and every device that the rule had", () => {
    const building = generateBuilding({ seed: 7, doors: 2_500, people: 10 })
    const largest = building.rules.toSorted((one, other) => other.devices.length - one.devices.length)[0]!
    expect(largest.devices.length).toBeGreaterThan(1_000)
    const rules = draftsOf(building, 7, "system")
      .flat()
      .filter(({ path }) => path(asItIs) === "/rules")
      .map(({ fields }) => fields(asItIs) as { name: string; devices: string[] })
    for (const { devices } of rules) expect(devices.length).toBeLessThanOrEqual(1_000)
    const parts = rules.filter(({ name }) => name.startsWith(largest.name))
    expect(parts.flatMap(({ devices }) => devices)).toEqual(largest.devices)
  })
})
