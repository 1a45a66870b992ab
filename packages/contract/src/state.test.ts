/** What the events of the specification make of a state that knew nothing, and of one another. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { emptyState, fold, stateTopics, topicNames, topicsTelling, unknownDoor } from "./index.js"
import type { DoorField, SystemState, TopicName } from "./index.js"

type Told = readonly [topic: TopicName, event: object]

const sample = (topic: TopicName): object =>
  JSON.parse(readFileSync(new URL(`../fixtures/events/${topic}.json`, import.meta.url), "utf8")) as object

const after = (...told: readonly Told[]): SystemState =>
  told.reduce((state, [topic, event]) => fold(state, topic, event), emptyState)

const door = (
  topic: TopicName,
  more: { id?: string; name?: string; occurred?: number; node?: string } = {},
): Told => {
  const { id = "d1", name = "Front", occurred = 1000, node = "n1" } = more
  const device = { id, name, connection: "c1", port: 1 }
  const cloudNode = { id: node, serialNumber: "S1", name: "Node" }
  return [topic, { id: "e", topic, body: { deviceId: id, device }, cloudNode, occurred }]
}

const entry = (topic: TopicName, id: string, serialNumber: string, name = "Node"): Told => [
  topic,
  { id: "e", systemId: "s", topic, body: { id, name, serialNumber }, metadata: {} },
]

const connected = (serialNumber: string): Told => [
  "cloudnode.connected",
  { serialNumber, timestamp: "2025-01-06T15:57:16Z" },
]

describe("A state", () => {
  it.each<[TopicName, DoorField, unknown]>([
    ["device.input.relay.on", "lock", "unlocked"],
    ["device.input.relay.off", "lock", "locked"],
    ["device.input.dps.opened", "dps", "open"],
    ["device.input.dps.closed", "dps", "closed"],
    ["device.input.rex.on", "rex", true],
    ["device.input.rex.off", "rex", false],
    ["device.alarm.forced", "forced", true],
    ["device.alarm.forced.cleared", "forced", false],
    ["device.alarm.propped.on", "propped", true],
    ["device.alarm.propped.off", "propped", false],
    ["device.autoopen.on", "autoOpen", true],
    ["device.autoopen.off", "autoOpen", false],
    ["device.forceopen.on", "forceOpen", true],
    ["device.forceopen.off", "forceOpen", false],
    ["device.forceclose.on", "forceClose", true],
    ["device.forceclose.off", "forceClose", false],
  ])("takes from the specification's %s that %s is %s, and nothing else", (topic, field, value) => {
    const event = sample(topic) as { body: { deviceId: string; device: object }; occurred: number }
    const { doors, cloudNodes } = after([topic, event])
    expect(cloudNodes).toEqual([])
    expect(doors).toHaveLength(1)
    expect(doors[0]).toMatchObject({ ...unknownDoor, [field]: value, since: { [field]: event.occurred } })
    expect(doors[0]?.id).toBe(event.body.deviceId)
  })

  it("takes from the specification's events whether a cloud node is there and whether it is synced", () => {
    const told = (topic: TopicName) => after([topic, sample(topic)]).cloudNodes[0]
    const unknown = { id: null, serialNumber: "1234ABC", name: null, connected: null, synced: null }
    expect(told("cloudnode.connected")).toEqual({
      ...unknown,
      connected: true,
      since: { connected: 1736179036000 },
    })
    expect(told("cloudnode.disconnected")).toEqual({
      ...unknown,
      connected: false,
      since: { connected: 1736179018153 },
    })
    expect(told("sync.synced")).toMatchObject({ synced: true, since: { synced: 1712591860790 } })
    expect(told("sync.not_synced")).toMatchObject({ synced: false })
  })

  it("is the very same where an event tells nothing of it, or nothing new", () => {
    const state = after(
      door("device.input.dps.opened"),
      connected("S1"),
      entry("cloudnode.created", "n1", "S1"),
    )
    for (const [topic, event] of [
      door("device.input.dps.opened", { occurred: 2000 }),
      connected("S1"),
      entry("cloudnode.registered", "n1", "S1"),
      entry("cloudnode.deleted", "n2", "S2"),
      ...[...stateTopics].map((name): Told => [name, {}]),
      ...topicNames.filter((name) => !stateTopics.has(name)).map((name): Told => [name, sample(name)]),
    ])
      expect(fold(state, topic, event)).toBe(state)
  })

  it("knows since when something is so, by the first event that told it", () => {
    const { doors } = after(
      door("device.alarm.forced", { occurred: 1000 }),
      door("device.alarm.forced", { occurred: 2000 }),
      door("device.input.rex.on", { occurred: 3000 }),
    )
    expect(doors[0]?.since).toEqual({ forced: 1000, rex: 3000 })
  })

  it("takes what comes late in the log's order, not in that of clocks", () => {
    const late = door("device.input.dps.closed", { occurred: 1 })
    expect(after(door("device.input.dps.opened"), late).doors[0]?.dps).toBe("closed")
  })

  it("has a door's newest name, and keeps what was known", () => {
    const { doors } = after(
      door("device.input.dps.opened"),
      door("device.input.rex.on", { name: "Back" }),
      door("device.input.rex.on", { id: "d2" }),
    )
    expect(doors.map(({ id, name, dps, rex }) => [id, name, dps, rex])).toEqual([
      ["d1", "Back", "open", true],
      ["d2", "Front", null, true],
    ])
  })

  it("knows a cloud node by its number, and by its id once that is told", () => {
    const { cloudNodes } = after(connected("S1"), entry("cloudnode.registered", "n1", "S1", "Tower"))
    expect(cloudNodes).toMatchObject([{ id: "n1", serialNumber: "S1", name: "Tower", connected: true }])
  })

  it("follows a number that another cloud node has from now on", () => {
    const { cloudNodes } = after(
      entry("cloudnode.created", "n1", "S1"),
      entry("cloudnode.registered", "n1", "S2"),
      entry("cloudnode.created", "n2", "S1"),
      connected("S1"),
    )
    expect(cloudNodes.map(({ id, connected: isThere }) => [id, isThere])).toEqual([
      ["n1", null],
      ["n2", true],
    ])
  })

  it("loses a cloud node that is deleted, with its doors", () => {
    const kept = door("device.input.dps.opened", { id: "d2", node: "n2" })
    const state = after(
      entry("cloudnode.created", "n1", "S1"),
      door("device.input.dps.opened"),
      kept,
      connected("S3"),
      entry("cloudnode.deleted", "n1", "S1"),
      entry("cloudnode.deleted", "n3", "S3"),
    )
    expect(state).toEqual(after(kept))
  })

  it("tells for each field which topics it is told by", () => {
    expect(topicsTelling("lock")).toEqual(["device.input.relay.off", "device.input.relay.on"])
    expect(topicsTelling("synced")).toEqual(["sync.not_synced", "sync.synced"])
    const fields = [...Object.keys(unknownDoor), "connected", "synced"] as DoorField[]
    for (const field of fields) expect(topicsTelling(field)).toHaveLength(2)
  })

  it("was not changed by any of that: what was there before stays as it was", () => {
    const before = after(door("device.input.dps.opened"))
    const copy = structuredClone(before)
    fold(before, ...door("device.input.dps.closed"))
    fold(before, ...entry("cloudnode.deleted", "n1", "S1"))
    expect(before).toEqual(copy)
  })
})
