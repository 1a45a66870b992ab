/** What goes with what is removed, and what must be so after any change. */
import type { CloudNode, Device, Rule } from "@doorstream/contract"
import { isRefusal } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { objectionTo } from "./objections.js"
import type { Change, KeptHolder } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"
import { erasureOf, removalOf } from "./removal.js"

const system = "tower"
const created = "2026-01-01T00:00:00.000Z"

const node = (id: string, more: Partial<CloudNode> = {}): Change => ({
  kind: "cloudNode",
  system,
  value: { id, name: id, serialNumber: `SN-${id}`, timezone: "UTC", cardFormat: [], created, ...more },
})
const panel = (id: string): Change => ({
  kind: "panel",
  system,
  value: { id, serialNumber: `SN-${id}`, keyHashes: [], registered: created },
})
const connection = (id: string, cloudNodeId: string): Change => ({
  kind: "connection",
  system,
  value: { id, cloudNodeId, name: id, type: "ethernet", created },
})
const device = (
  id: string,
  cloudNodeId: string,
  connectionId: string,
  more: Partial<Device> = {},
): Change => ({
  kind: "device",
  system,
  value: {
    id,
    cloudNodeId,
    connectionId,
    name: id,
    port: 1,
    type: "primaryReader",
    dwell: 30,
    propDelay: 300,
    delay: 0,
    dps: true,
    rex: true,
    propAlarm: true,
    forcedAlarm: true,
    autoOpenAfterFirstAllow: false,
    created,
    ...more,
  },
})
const group = (id: string): Change => ({ kind: "group", system, value: { id, name: id, created } })
const holder = (id: string, more: Partial<KeptHolder> = {}): Change => ({
  kind: "holder",
  system,
  value: {
    id,
    firstName: id,
    lastName: "Smith",
    enabled: true,
    activeDate: created,
    expireDate: null,
    credentials: [],
    ...more,
  },
})
const rule = (id: string, names: Partial<Rule>): Change => ({
  kind: "rule",
  system,
  value: {
    id,
    name: id,
    type: "access",
    allow: true,
    groups: [],
    holders: [],
    devices: [],
    created,
    startTime: "08:00",
    stopTime: "18:00",
    recurring: ["Mon"],
    ...names,
  },
})

const said = (changes: readonly Change[] | undefined): string[] =>
  (changes ?? []).map(({ kind, value, state }) => `${kind} ${value.id} ${state ?? "changed"}`)

describe("What is removed", () => {
  const town = () =>
    registryOf(
      node("north"),
      node("south"),
      panel("north"),
      connection("a", "north"),
      connection("b", "north"),
      connection("c", "south"),
      device("front", "north", "a"),
      device("back", "north", "b"),
      device("gate", "south", "c"),
      group("staff"),
      holder("ann", { groups: ["staff"] }),
      holder("bob"),
      rule("day", { groups: ["staff"], devices: ["front", "gate"], holders: ["bob"] }),
    )

  it("takes along what hangs on it, and goes out of what names it", () => {
    const registry = town()
    expect(said(removalOf(registry, system, "cloudNode", "north"))).toEqual([
      "rule day changed",
      "panel north removed",
      "device front removed",
      "device back removed",
      "connection a removed",
      "connection b removed",
      "cloudNode north removed",
    ])
    expect(said(removalOf(registry, system, "connection", "b"))).toEqual([
      "device back removed",
      "connection b removed",
    ])
    expect(said(removalOf(registry, system, "panel", "north"))).toEqual(["panel north removed"])
    expect(removalOf(registry, system, "device", "nowhere")).toBeUndefined()
  })

  it.each(["cloudNode north", "connection a", "group staff", "holder bob", "device gate"])(
    "leaves a registry in which every reference leads somewhere: %s",
    async (what) => {
      const registry = town()
      const [kind, id] = what.split(" ") as ["cloudNode", string]
      await registry.put(removalOf(registry, system, kind, id)!)
      const left = (["connection", "device", "holder", "rule", "panel"] as const).flatMap((each) =>
        registry.list(each, system).map((value) => ({ kind: each, system, value }) as Change),
      )
      expect(objectionTo(left, registry)).toBeUndefined()
      expect(registry.find(kind, system, id)).toBeUndefined()
      expect(registry.findEver(kind, system, id)).toBeDefined()
    },
  )
})

describe("A holder who is erased", () => {
  const card = { id: "card", facilityCode: "77", cardNumber: "26858" }
  const registry = () =>
    registryOf(
      holder("ann", { email: "ann@example.org", pinHash: "scrypt:", credentials: [card] }),
      rule("day", { holders: ["ann"] }),
    )

  it("is known by nothing but the id, and is in no rule any more", async () => {
    const erasing = registry()
    const changes = erasureOf(erasing, system, "ann")
    if (isRefusal(changes)) throw new Error(changes.message)
    await erasing.put(changes)
    expect(erasing.find("holder", system, "ann")).toBeUndefined()
    expect(erasing.list("rule", system)[0]).toMatchObject({ holders: [] })
    expect(erasing.holderOf(system, { credentialId: "card" })).toBeUndefined()
    expect([...erasing.erased(system)]).toEqual(["ann"])
    const left = JSON.stringify(erasing.findEver("holder", system, "ann"))
    for (const personal of ["Smith", "example", "26858", "2026", "scrypt"])
      expect(left).not.toContain(personal)
  })

  it("may have been removed before, or have been erased already", async () => {
    const erasing = registry()
    await erasing.put(removalOf(erasing, system, "holder", "ann")!)
    for (const _ of [1, 2]) {
      const changes = erasureOf(erasing, system, "ann")
      expect(isRefusal(changes)).toBe(false)
      await erasing.put(changes as readonly Change[])
    }
    expect([...erasing.erased(system)]).toEqual(["ann"])
  })

  it("must have been there", () => {
    expect(erasureOf(registry(), system, "nobody")).toMatchObject({ code: "holder_unknown" })
  })
})

describe("Changes", () => {
  const card = (id: string, externalId: string) => ({ id, externalId, facilityCode: "1", cardNumber: id })
  const known = registryOf(
    node("north", { externalId: "n" }),
    connection("a", "north"),
    group("staff"),
    holder("bob", { credentials: [card("k", "badge")] }),
  )

  it.each([
    ["another object has their externalId", [node("south", { externalId: "n" })], "external_id_taken"],
    [
      "two of them have one externalId",
      [node("x", { externalId: "m" }), node("y", { externalId: "m" })],
      "external_id_taken",
    ],
    ["a serial number is taken", [node("south", { serialNumber: "SN-north" })], "serial_number_taken"],
    [
      "two of them have one serial number",
      [node("x", { serialNumber: "1" }), node("y", { serialNumber: "1" })],
      "serial_number_taken",
    ],
    [
      "another credential has their externalId",
      [holder("ann", { credentials: [card("l", "badge")] })],
      "external_id_taken",
    ],
    [
      "two credentials of one holder have it",
      [holder("ann", { credentials: [card("l", "pass"), card("m", "pass")] })],
      "external_id_taken",
    ],
    ["a device is on no connection", [device("front", "north", "nowhere")], "reference_unknown"],
    ["a connection is behind no cloud node", [connection("b", "nowhere")], "reference_unknown"],
    ["a rule names no device", [rule("day", { devices: ["nowhere"] })], "reference_unknown"],
    ["a holder is in no group", [holder("ann", { groups: ["staff", "crew"] })], "reference_unknown"],
    [
      "what they name is removed with them",
      [{ ...group("staff"), state: "removed" }, holder("ann", { groups: ["staff"] })],
      "reference_unknown",
    ],
  ] as const)("are objected to where %s", (_, changes, code) => {
    expect(objectionTo(changes, known)).toMatchObject({ code })
  })

  it("may name what is made with them, swap names, and say again what is so", () => {
    const both = registryOf(node("north", { externalId: "n" }), node("south", { externalId: "s" }))
    const swapped = [node("north", { externalId: "s" }), node("south", { externalId: "n" })]
    expect(objectionTo(swapped, both)).toBeUndefined()
    expect(
      objectionTo([node("new"), connection("new", "new"), device("d", "new", "new")], known),
    ).toBeUndefined()
    expect(objectionTo([node("north", { externalId: "n" })], known)).toBeUndefined()
    expect(objectionTo([holder("bob", { credentials: [card("k", "badge")] })], known)).toBeUndefined()
    const moved = [
      { ...node("north", { externalId: "n" }), state: "removed" } as Change,
      node("b", { externalId: "n" }),
    ]
    expect(objectionTo(moved, known)).toBeUndefined()
  })
})
