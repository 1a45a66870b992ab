/** What of a registry is there for whoever may see a part of it. */
import { describe, expect, it } from "vitest"
import type { Device, Rule } from "@doorstream/contract"
import type { Change, KeptHolder } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"
import { objectionToScope, objectionToWriting, seenBy } from "./seen.js"
import { wholeGrant, type Grant } from "./verified.js"

const created = "2026-01-01T00:00:00.000Z"
const system = "tower"
const change = (kind: Change["kind"], value: object): Change => ({ kind, system, value }) as Change
const node = (id: string) =>
  change("cloudNode", { id, name: id, externalId: `the ${id}`, serialNumber: id, created })
const device = (id: string, cloudNodeId: string) =>
  change("device", { id, name: id, externalId: `the ${id}`, cloudNodeId, connectionId: `c-${cloudNodeId}` })
const holder: KeptHolder = {
  id: "ann",
  externalId: "ann.lee",
  firstName: "Ann",
  lastName: "Lee",
  enabled: true,
  activeDate: null,
  expireDate: null,
  credentials: [{ id: "card", externalId: "blue", facilityCode: "77", cardNumber: "26858" }],
  pinHash: "hash",
}
const rule = { id: "always", devices: ["front", "back"] } as unknown as Rule

const registry = registryOf(
  node("gate"),
  node("shed"),
  change("connection", { id: "c-gate", cloudNodeId: "gate" }),
  change("connection", { id: "c-shed", cloudNodeId: "shed" }),
  device("front", "gate"),
  device("back", "shed"),
  change("panel", { id: "shed", serialNumber: "shed", keyHashes: [], registered: created }),
  change("holder", holder),
  change("rule", rule),
)
const scramble = () => "0123456789abcdef".repeat(2)
const seen = (grant: Partial<Grant>) => seenBy(registry, system, { ...wholeGrant, ...grant }, scramble)

describe("A registry", () => {
  it("is there as it is for whoever may see all of it", () => {
    expect(seen({ topics: [] }).registry).toBe(registry)
  })

  it("has nothing in it of cloud nodes that are not granted, by id, by name or in lists", () => {
    const { registry: part } = seen({ cloudNodes: ["gate"] })
    expect(part.list("cloudNode", system).map(({ id }) => id)).toEqual(["gate"])
    expect(part.list("device", system).map(({ id }) => id)).toEqual(["front"])
    expect(part.list("connection", system).map(({ id }) => id)).toEqual(["c-gate"])
    expect([part.find("device", system, "front")?.id, part.find("device", system, "back")]).toEqual([
      "front",
      undefined,
    ])
    for (const find of [part.findNamed, part.findNamedEver]) {
      expect(find("device", system, "the front")?.id).toBe("front")
      expect(find("device", system, "the back")).toBeUndefined()
    }
    expect([part.findEver("cloudNode", system, "shed"), part.find("panel", system, "shed")]).toEqual([
      undefined,
      undefined,
    ])
    expect(part.list("holder", system)).toHaveLength(1)
  })

  it("has nothing of any cloud node where none is granted", () => {
    const { registry: part } = seen({ cloudNodes: [] })
    expect([part.list("cloudNode", system), part.list("device", system)]).toEqual([[], []])
  })

  it("tells of a rule only the devices that may be seen", () => {
    expect(seen({ cloudNodes: ["gate"] }).tell("rule", rule).devices).toEqual(["front"])
    expect(seen({ redacted: true }).tell("rule", rule)).toBe(rule)
  })

  it("tells pseudonyms of people where it is redacted, and finds nobody by a name that was chosen for them", () => {
    const { registry: part, tell, mayName } = seen({ redacted: true })
    const told = JSON.stringify([tell("holder", holder), tell("credential", holder.credentials[0]!)])
    expect(told).not.toMatch(/Ann|Lee|ann\.lee|blue|26858/)
    expect(part.find("holder", system, "ann")?.id).toBe("ann")
    expect([
      part.findNamed("holder", system, "ann.lee"),
      part.findNamedEver("holder", system, "ann.lee"),
    ]).toEqual([undefined, undefined])
    expect(part.findNamed("device", system, "the front")?.id).toBe("front")
    const card = { id: "card" }
    expect(["card", "blue"].map((word) => mayName("credential", card, word))).toEqual([true, false])
    const front = { id: "front" } as Device
    expect(mayName("device", front, "the front")).toBe(true)
  })
})

describe("Whoever is redacted", () => {
  it("may not write nor report, because what they wrote they could read again", () => {
    const redacted = { ...wholeGrant, redacted: true }
    const refused = (["listen", "report", "manage", "command", "operate"] as const).filter(
      (scope) => objectionToScope(redacted, scope) !== undefined,
    )
    expect(refused).toEqual(["report", "manage", "operate"])
    expect(objectionToScope(wholeGrant, "manage")).toBeUndefined()
  })
})

describe("Whoever is limited to cloud nodes", () => {
  it("may write what belongs to them, and nothing that belongs to the whole system", () => {
    const limited = { ...wholeGrant, cloudNodes: ["gate"] }
    const nouns = ["cloudNode", "connection", "device", "holder", "credential", "group", "rule"] as const
    const may = (isNew: boolean) =>
      nouns.filter((noun) => objectionToWriting(limited, noun, isNew) === undefined)
    expect(may(false)).toEqual(["cloudNode", "connection", "device"])
    expect(may(true)).toEqual(["connection", "device"])
    expect(objectionToWriting(wholeGrant, "rule", true)).toBeUndefined()
  })
})
