/** What changes of the registry cause, and what is refused of them. */
import type { CloudNode } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import type { Change } from "../core/ports.js"
import { registryOf, type RegistryForTests } from "../core/registry-of.suite.js"
import { removalOf } from "../core/removal.js"
import { openChanges } from "./change.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const noon = Date.UTC(2026, 10, 23, 12)
const value: CloudNode = {
  id: "27c3efe4-0d51-4816-a523-a097b606d9f6",
  name: "Test Cloud Node",
  description: "Test description",
  serialNumber: "1234ABC",
  timezone: "UTC",
  cardFormat: [],
  created: "2025-01-06T15:47:06.911Z",
}
const node: Change = { kind: "cloudNode", system, value }
const panel: Change = {
  kind: "panel",
  system,
  value: { id: value.id, serialNumber: value.serialNumber, keyHashes: ["00"], registered: value.created },
}

const changing = (registry: RegistryForTests) => {
  const change = openChanges({ registry, now: () => noon, freshId: () => "fresh" })
  return (changes: readonly Change[]) =>
    change(system, by, () => ({
      changes,
      answer: "done",
    }))
}
const by = { id: "652d768c2bf4033e4c89a971", name: "John Wiegand", from: "192.0.2.7" }
const toldBy = ({ appended }: RegistryForTests) =>
  appended.flatMap(({ events }) => events.map(({ topic, text }) => [topic, JSON.parse(text)]))

const metadata = { userId: "652d768c2bf4033e4c89a971", userName: "John Wiegand", occurred: noon }

describe("A change of the registry", () => {
  it("causes an event where a cloud node was made, with who made it, and none where it is described anew", async () => {
    const registry = registryOf()
    const change = changing(registry)
    expect(await change([node])).toBe("done")
    expect(await change([{ ...node, value: { ...value, name: "Renamed" } }])).toBe("done")
    expect(toldBy(registry)).toEqual([
      [
        "cloudnode.created",
        {
          id: "fresh",
          systemId: system,
          topic: `system.${system}.entity.cloudnode.created`,
          body: value,
          metadata,
        },
      ],
    ])
  })

  it("causes events where a panel is registered and set free, and none where its key is another", async () => {
    const registry = registryOf(node)
    const change = changing(registry)
    await change([panel])
    await change([{ ...panel, value: { ...panel.value, keyHashes: ["11", "00"] } }])
    await change(removalOf(registry, system, "panel", value.id)!)
    const body = { id: value.id, name: value.name, serialNumber: value.serialNumber }
    expect(toldBy(registry)).toMatchObject([
      ["cloudnode.registered", { body }],
      ["sync.not_synced", { details: { dataFlowStatus: "Pending" } }],
      ["cloudnode.unregistered", { body }],
    ])
  })

  it("tells of a panel that goes with its cloud node, first, and fills in what the specification shows", async () => {
    const registry = registryOf(node, panel)
    await changing(registry)(removalOf(registry, system, "cloudNode", value.id)!)
    const told = toldBy(registry)
    expect(told.map(([topic]) => topic)).toEqual(["cloudnode.unregistered", "cloudnode.deleted"])
    const { description: _, ...body } = { ...value, locale: "en", killTimer: 300, offlinePolicy: 2 }
    expect(told[1]).toMatchObject(["cloudnode.deleted", { body }])
    expect(Object.keys(told[1]?.[1].body)).not.toContain("description")
  })

  it("tells of a cloud node that is there that it is gone, before its panel and itself go", async () => {
    const present: Change = {
      kind: "presence",
      system,
      value: { id: value.id, connected: true, timestamp: noon - 1 },
    }
    const registry = registryOf(node, panel, present)
    await changing(registry)(removalOf(registry, system, "cloudNode", value.id)!)
    const told = toldBy(registry)
    expect(told.map(([topic]) => topic)).toEqual([
      "cloudnode.disconnected",
      "cloudnode.unregistered",
      "cloudnode.deleted",
    ])
    expect(told[0]?.[1]).toEqual({ serialNumber: value.serialNumber, timestamp: noon })
    expect(registry.find("presence", system, value.id)).toBeUndefined()
  })

  it("tells of a cloud node that is made and registered at once, in that order", async () => {
    const registry = registryOf()
    await changing(registry)([node, panel])
    expect(toldBy(registry).map(([topic]) => topic)).toEqual([
      "cloudnode.created",
      "cloudnode.registered",
      "sync.not_synced",
    ])
  })

  it("is not made in part: where one thing is refused, nothing is changed and nothing told", async () => {
    const registry = registryOf()
    const stray: Change = { ...node, value: { ...value, id: "another" } }
    expect(await changing(registry)([node, stray])).toMatchObject({ code: "serial_number_taken" })
    expect(registry.list("cloudNode", system)).toEqual([])
    expect(toldBy(registry)).toEqual([])
  })
})
