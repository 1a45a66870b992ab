import type { SyncedKind, SyncedObject } from "@doorstream/contract"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { partOf, syncTypeOf, takeOver, type Knowledge } from "./knowledge.js"

const is = (kind: SyncedKind, id: string, more: object = {}): SyncedObject => ({
  kind,
  value: { id, ...more },
})
const gone = (kind: SyncedKind, id: string): SyncedObject => ({ kind, removed: id })
const idsIn = (known: Knowledge, kind: SyncedKind): string[] => [...(known[kind]?.keys() ?? [])]

describe("What a cloud node knows", () => {
  it("is what it was told last where it is told everything", () => {
    const before = takeOver({}, { objects: [is("group", "a"), is("rule", "r")] })
    const after = takeOver(before, { objects: [is("group", "b")] })
    expect([idsIn(after, "group"), idsIn(after, "rule")]).toEqual([["b"], []])
  })

  it("is changed where it is told changes, and as it was before for whoever holds that", () => {
    const before = takeOver({}, { objects: [is("group", "a"), is("group", "b"), is("rule", "r")] })
    const after = takeOver(before, {
      from: "r1",
      objects: [gone("group", "a"), is("group", "b", { name: "new" }), is("group", "c")],
    })
    expect([idsIn(after, "group"), idsIn(after, "rule")]).toEqual([["b", "c"], ["r"]])
    expect(after.group?.get("b")).toEqual({ id: "b", name: "new" })
    expect(idsIn(before, "group")).toEqual(["a", "b"])
  })

  it("is the same whether changes come at once or one by one", () => {
    const anyObject = fc.oneof(
      fc
        .record({ id: fc.constantFrom("a", "b", "c"), n: fc.nat(9) })
        .map(({ id, n }) => is("group", id, { n })),
      fc.constantFrom("a", "b", "c").map((id) => gone("group", id)),
    )
    fc.assert(
      fc.property(fc.array(anyObject), (objects) => {
        const start = takeOver({}, { objects: [is("group", "a")] })
        const atOnce = takeOver(start, { from: "r", objects })
        const oneByOne = objects.reduce(
          (known, object) => takeOver(known, { from: "r", objects: [object] }),
          start,
        )
        expect(new Map(atOnce.group)).toEqual(new Map(oneByOne.group))
      }),
    )
  })

  const schedule = is("rule", "s", { type: "autoOpen" })
  const known = takeOver({}, { objects: [schedule, is("rule", "r", { type: "access" })] })
  it.each([
    ["ao_rules", "everything", { objects: [is("holder", "h")] }],
    ["ao_rules", "a schedule", { from: "1", objects: [is("holder", "h"), schedule] }],
    ["ao_rules", "that a schedule is gone", { from: "1", objects: [gone("rule", "s")] }],
    ["access_rules", "another rule", { from: "1", objects: [is("holder", "h"), is("rule", "r")] }],
    ["access_rules", "that another rule is gone", { from: "1", objects: [gone("rule", "r")] }],
    ["people", "a holder", { from: "1", objects: [is("device", "d"), is("holder", "h")] }],
    ["people", "a group", { from: "1", objects: [is("group", "g")] }],
    ["devices", "a door", { from: "1", objects: [is("device", "d")] }],
    ["devices", "nothing", { from: "1", objects: [] }],
  ] as const)("is %s to its controllers where it is told %s", (type, _, sync) => {
    expect(syncTypeOf(known, sync)).toBe(type)
  })

  it("is its part of a building", () => {
    const credential = { id: "c", facilityCode: "77", cardNumber: "1" }
    const part = partOf(
      takeOver(
        {},
        {
          objects: [
            is("cloudNode", "n", { name: "Node", timezone: "Europe/Madrid" }),
            is("connection", "k", { name: "Controller", type: "ethernet" }),
            is("device", "d", { name: "Door", connectionId: "k", port: 1, dwell: 50, dps: true }),
            is("holder", "h", { enabled: true, groups: ["g"], credentials: [credential] }),
            is("group", "g"),
            is("rule", "r", {
              type: "access",
              allow: true,
              devices: ["d"],
              groups: ["g"],
              recurring: ["Mon"],
            }),
          ],
        },
      ),
      "n",
    )
    expect(part).toMatchObject({
      cloudNodes: [{ id: "n", name: "Node", timezone: "Europe/Madrid" }],
      connections: [{ id: "k", name: "Controller", cloudNodeId: "n" }],
      devices: [
        { id: "d", cloudNodeId: "n", connectionId: "k", name: "Door", dwell: 50, propDelay: 300, dps: true },
      ],
      holders: [{ id: "h", enabled: true, groups: ["g"], credentials: [credential] }],
      groups: [{ id: "g" }],
      rules: [{ id: "r", allow: true, startTime: "00:00", stopTime: "24:00", recurring: ["Mon"] }],
    })
  })
})
