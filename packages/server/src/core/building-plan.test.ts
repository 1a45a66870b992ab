/// <reference types="node" />
/** A system and the file that says what it is to be: what has to be done, and what is wrong with the file. */
import { randomUUID } from "node:crypto"
import type { BuildingFile, CloudNode } from "@doorstream/contract"
import { readBuilding } from "@doorstream/contract/validate"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { exportBuilding } from "./building-export.js"
import { planBuilding, type BuildingPlan } from "./building-plan.js"
import { objectionTo } from "./objections.js"
import { registryOf, type RegistryForTests } from "./registry-of.suite.js"

const system = "tower"

const headquarters: BuildingFile = {
  groups: [{ externalId: "staff", name: "Staff" }],
  holders: [
    {
      externalId: "ann",
      firstName: "Ann",
      lastName: "Smith",
      groups: ["staff"],
      credentials: [{ facilityCode: 77, cardNumber: 26_858 }],
    },
  ],
  cloudNodes: [
    {
      externalId: "hq",
      name: "Headquarters",
      serialNumber: "1234ABC",
      timezone: "Europe/Madrid",
      connections: [{ externalId: "c1", name: "Controller 1", type: "ethernet" }],
      devices: [{ externalId: "front", name: "Front Door", connection: "c1", port: 1, dps: true }],
    },
  ],
  rules: [{ externalId: "day", name: "By day", type: "access", groups: ["staff"], devices: ["front"] }],
}

const readFile = (file: unknown): BuildingFile => {
  const read = readBuilding(file)
  if ("faults" in read) throw new Error(JSON.stringify(read.faults))
  return read.building
}

const planOf = (registry: RegistryForTests, file: unknown) => {
  return planBuilding(readFile(file), {
    registry,
    system,
    freshId: () => randomUUID(),
    created: "2026-01-01T00:00:00.000Z",
  })
}
const planned = (registry: RegistryForTests, file: unknown): BuildingPlan => {
  const plan = planOf(registry, file)
  if ("faults" in plan) throw new Error(JSON.stringify(plan.faults))
  return plan
}

/** Does what the file says, and tells what that was. */
async function apply(registry: RegistryForTests, file: unknown): Promise<string[]> {
  const { changes, steps } = planned(registry, file)
  expect(objectionTo(changes, registry)).toBeUndefined()
  await registry.put(changes)
  return steps.map(({ does, noun, named }) => `${does} ${noun} ${named}`)
}

describe("The file of a building", () => {
  it("makes all that it names in an empty system, and nothing the second time", async () => {
    const registry = registryOf()
    expect(await apply(registry, headquarters)).toEqual([
      "add group staff",
      "add holder ann",
      "add cloudNode hq",
      "add connection c1",
      "add device front",
      "add rule day",
    ])
    expect(registry.holderOf(system, { facilityCode: "77", cardNumber: "26858" })?.firstName).toBe("Ann")
    expect(registry.list("rule", system)[0]?.devices).toEqual([registry.list("device", system)[0]?.id])
    expect(await apply(registry, headquarters)).toEqual([])
  })

  it("changes what is written differently, and says how it was and will be", async () => {
    const registry = registryOf()
    await apply(registry, headquarters)
    const [hq] = headquarters.cloudNodes!
    const renamed = { ...headquarters, cloudNodes: [{ ...hq, name: "Head office", timezone: "UTC" }] }
    const { steps } = planned(registry, renamed)
    expect(steps).toEqual([
      {
        does: "change",
        noun: "cloudNode",
        named: "hq",
        called: "Head office",
        fields: [
          { field: "name", before: "Headquarters", after: "Head office" },
          { field: "timezone", before: "Europe/Madrid", after: "UTC" },
        ],
      },
    ])
  })

  it("takes away what it does not name, whoever made that, and the panel with its cloud node", async () => {
    const registry = registryOf()
    await apply(registry, headquarters)
    const node = registry.findNamed("cloudNode", system, "hq")!
    await registry.put([
      {
        kind: "panel",
        system,
        value: { id: node.id, serialNumber: "1234ABC", keyHashes: [], registered: "" },
      },
      { kind: "group", system, value: { id: "by hand", name: "By hand", created: "" } },
    ])
    expect(await apply(registry, {})).toEqual(
      [
        "remove rule day",
        "remove device front",
        "remove connection c1",
        "remove cloudNode hq",
        "remove holder ann",
        "remove group staff",
        "remove group by hand",
      ].toSorted((one, other) => orderOf(one) - orderOf(other)),
    )
    for (const kind of ["panel", "cloudNode", "device", "holder", "group", "rule"] as const)
      expect(registry.list(kind, system)).toEqual([])
  })

  it("leaves a PIN and a card's id as they are, of which it says nothing", async () => {
    const registry = registryOf()
    await apply(registry, headquarters)
    const [ann] = registry.list("holder", system)
    await registry.put([{ kind: "holder", system, value: { ...ann!, pinHash: "scrypt:" } }])
    const [listed] = headquarters.holders!
    await apply(registry, { ...headquarters, holders: [{ ...listed, lastName: "Jones" }] })
    expect(registry.list("holder", system)[0]).toMatchObject({
      lastName: "Jones",
      pinHash: "scrypt:",
      credentials: ann!.credentials,
    })
  })

  it("is what a system is exported as: applied to it that changes nothing, and elsewhere it makes the same", async () => {
    const registry = registryOf()
    await apply(registry, headquarters)
    const nameless: CloudNode = {
      id: "27c3efe4-0d51-4816-a523-a097b606d9f6",
      name: "By hand",
      serialNumber: "5",
      timezone: "UTC",
      cardFormat: [],
      created: "2025-01-06T15:47:06.911Z",
    }
    await registry.put([{ kind: "cloudNode", system, value: nameless }])
    const file = exportBuilding(registry, system)
    expect(file.rules).toEqual([
      { externalId: "day", name: "By day", type: "access", groups: ["staff"], devices: ["front"] },
    ])
    expect(await apply(registry, JSON.parse(JSON.stringify(file)))).toEqual([])
    const elsewhere = registryOf()
    await apply(elsewhere, file)
    expect(exportBuilding(elsewhere, system)).toEqual(file)
  })
})

const orderOf = (step: string): number =>
  ["rule", "device", "connection", "cloudNode", "holder", "group by hand", "group"].findIndex((word) =>
    step.includes(word),
  )

/** The same, with every list in one order: what was there before keeps its place. */
const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value))
    return value.map(inOrder).toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inOrder(each)]))
}

describe("Whatever a system is", () => {
  const few = fc.subarray(["a", "b", "c", "d"])
  const anyFile = fc
    .record({ groups: few, holders: few, nodes: few, doors: few, rules: few })
    .map(({ groups, holders, nodes, doors, rules }): BuildingFile => ({
      groups: groups.map((externalId) => ({ externalId, name: `Group ${externalId}` })),
      holders: holders.map((externalId) => ({ externalId, firstName: externalId, groups })),
      cloudNodes: nodes.map((node) => ({
        externalId: node,
        name: node,
        serialNumber: node,
        connections: [{ externalId: `${node}-c`, name: "C", type: "usb" }],
        devices: doors.map((door, port) => ({
          externalId: `${node}-${door}`,
          name: door,
          connection: `${node}-c`,
          port,
        })),
      })),
      rules: rules.map((externalId) => ({ externalId, name: externalId, type: "access", groups, holders })),
    }))

  it("a file brings it to what the file says, by changes that nothing is to be objected to", async () => {
    const property = fc.asyncProperty(anyFile, anyFile, async (before, after) => {
      const registry = registryOf()
      await apply(registry, before)
      await apply(registry, after)
      expect(await apply(registry, after)).toEqual([])
      const fresh = registryOf()
      await apply(fresh, after)
      expect(inOrder(exportBuilding(registry, system))).toEqual(inOrder(exportBuilding(fresh, system)))
    })
    await fc.assert(property, { numRuns: 100 })
  })
})
