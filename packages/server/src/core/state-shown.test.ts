/** What of a state somebody is shown, by what their token grants, what their filter selects and what the registry knows. */
import { describe, expect, it } from "vitest"
import {
  emptyState,
  fold,
  type CloudNode,
  type Device,
  type SystemState,
  type TopicName,
} from "@doorstream/contract"
import type { Kinds, Registry } from "./ports.js"
import { StateBook } from "./state-book.js"
import { showState } from "./state-shown.js"
import { wholeGrant } from "./verified.js"

const created = "2026-01-01T00:00:00.000Z"
const node = (id: string, serialNumber: string): CloudNode => ({
  id,
  name: `Node ${id}`,
  serialNumber,
  timezone: "UTC",
  cardFormat: [],
  created,
})
const door = (id: string, cloudNodeId: string): Device =>
  ({ id, name: `Door ${id}`, cloudNodeId, connectionId: "c", port: 1 }) as Device

const nodes = [node("n1", "S1"), node("n2", "S2")]
const doors = [door("d1", "n1"), door("d2", "n1"), door("d3", "n2")]

const registryWith = (more: { presence?: Kinds["presence"]; sync?: Kinds["sync"] } = {}) => {
  const lists: Record<string, readonly unknown[]> = { device: doors, cloudNode: nodes }
  return {
    list: (kind: string) => lists[kind] ?? [],
    find: (kind: string, _: string, id: string) => {
      const found = kind === "presence" ? more.presence : more.sync
      return found?.id === id ? found : undefined
    },
  } as unknown as Pick<Registry, "list" | "find">
}

const told = (topic: TopicName, deviceId: string, cloudNode: string): [TopicName, object] => [
  topic,
  {
    body: { deviceId, device: { id: deviceId, name: "Old name", connection: "old", port: 9 } },
    cloudNode: { id: cloudNode },
    occurred: 5,
  },
]

const known = [
  told("device.input.dps.opened", "d1", "n1"),
  told("device.input.relay.on", "d3", "n2"),
  told("device.input.relay.on", "removed", "n2"),
  ["cloudnode.connected", { serialNumber: "S1", timestamp: created }] as [TopicName, object],
].reduce<SystemState>((state, [topic, event]) => fold(state, topic, event), emptyState)

const shown = (grant = wholeGrant, selection = {}, registry = registryWith()): SystemState =>
  showState({ registry, system: "s", book: new StateBook(9, known) }, grant, selection)

const idsIn = (list: readonly { readonly id: string | null }[]): unknown => list.map(({ id }) => id)

describe("A state that is shown", () => {
  it("has what the registry has, by its names, with what was told of it", () => {
    const { doors: all, cloudNodes } = shown()
    expect(idsIn(all)).toEqual(["d1", "d2", "d3"])
    expect(all[0]).toMatchObject({
      name: "Door d1",
      connection: "c",
      port: 1,
      dps: "open",
      since: { dps: 5 },
    })
    expect(all[1]).toMatchObject({ dps: null, since: {} })
    expect(cloudNodes[0]).toMatchObject({ id: "n1", name: "Node n1", connected: true })
    expect(cloudNodes[1]).toMatchObject({ id: "n2", connected: null })
  })

  it("has the granted cloud nodes alone, with their doors", () => {
    const { doors: all, cloudNodes } = shown({ ...wholeGrant, cloudNodes: ["n2"] })
    expect(idsIn(all)).toEqual(["d3"])
    expect(idsIn(cloudNodes)).toEqual(["n2"])
  })

  it("has null where not all topics are granted that tell a field", () => {
    const topics: TopicName[] = ["device.input.dps.opened", "device.input.relay.on", "device.input.relay.off"]
    const { doors: all, cloudNodes } = shown({ ...wholeGrant, topics })
    expect(all[0]).toMatchObject({ dps: null, since: {} })
    expect(all[2]).toMatchObject({ lock: "unlocked", since: { lock: 5 } })
    expect(cloudNodes[0]).toMatchObject({ connected: null, since: {} })
  })

  it("has what a filter selects of what is granted, and no cloud node beside chosen devices", () => {
    const both = { devices: new Set(["d1", "d3"]), cloudNodes: new Set(["n1"]) }
    expect(idsIn(shown(wholeGrant, both).doors)).toEqual(["d1"])
    expect(shown(wholeGrant, both).cloudNodes).toEqual([])
    expect(shown({ ...wholeGrant, cloudNodes: ["n2"] }, both).doors).toEqual([])
    expect(idsIn(shown(wholeGrant, { cloudNodes: new Set(["n2"]) }).cloudNodes)).toEqual(["n2"])
  })

  it("takes of a cloud node from the registry what no event has told, and no more", () => {
    const registry = registryWith({
      presence: { id: "n2", connected: true, timestamp: 7 },
      sync: { id: "n2", status: "pending", timestamp: 8 },
    })
    const told2 = { connected: true, synced: false, since: { connected: 7, synced: 8 } }
    expect(shown(wholeGrant, {}, registry).cloudNodes[1]).toMatchObject(told2)
    const other = registryWith({ presence: { id: "n1", connected: false, timestamp: 7 } })
    expect(shown(wholeGrant, {}, other).cloudNodes[0]).toMatchObject({ connected: true })
  })
})
