/** What becomes of what somebody wrote: what is filled in, what is found, what does not fit. */
import type { Device, Group, Holder, Rule } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import type { Change, KeptHolder } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"
import { writtenInto } from "./writing.js"

const system = "tower"
const created = "2026-01-01T00:00:00.000Z"
const put = (kind: string, value: object): Change => ({ kind, system, value }) as Change

const staff: Group = { id: "g1", externalId: "staff", name: "Staff", created }
const impostor: Group = { id: "g2", externalId: "g1", name: "Named like an id", created }
const node = { id: "n1", name: "Gate", serialNumber: "1234ABC", timezone: "UTC", cardFormat: [], created }
const panel = { id: "c1", externalId: "panel", cloudNodeId: "n1", name: "Panel", type: "ethernet", created }
const registry = registryOf(
  put("group", staff),
  put("group", impostor),
  put("cloudNode", node),
  put("cloudNode", { ...node, id: "n2", serialNumber: "2" }),
  put("panel", { id: "n1", serialNumber: "1234ABC", keyHashes: [], registered: created }),
  put("connection", panel),
)
const place = { registry, system }

const before: KeptHolder = {
  id: "h1",
  firstName: "John",
  lastName: "Wiegand",
  email: "john@example.org",
  enabled: false,
  activeDate: "2026-01-01",
  expireDate: null,
  pinHash: "a hash",
  groups: ["g1"],
  credentials: [{ id: "k", facilityCode: "77", cardNumber: "1" }],
  created,
}
const given = { id: "new", created }
const holder = { ...given, credentials: [] }

describe("Something new", () => {
  it("has what was not told as the table has it, and what nobody writes as it was given", () => {
    expect(writtenInto("holder", { firstName: "John" }, holder, "whole", place)).toEqual({
      id: "new",
      firstName: "John",
      lastName: "",
      enabled: true,
      activeDate: null,
      expireDate: null,
      groups: [],
      credentials: [],
      created,
    })
    const told = { name: "Door", connection: "panel", port: 1 }
    expect(writtenInto("device", told, { ...given, cloudNodeId: "n1" }, "whole", place)).toEqual({
      id: "new",
      name: "Door",
      connectionId: "c1",
      port: 1,
      type: "primaryReader",
      delay: 0,
      dwell: 30,
      dps: false,
      propAlarm: false,
      propDelay: 300,
      rex: false,
      forcedAlarm: false,
      autoOpenAfterFirstAllow: false,
      cloudNodeId: "n1",
      created,
    } satisfies Device)
  })

  it("may name others by their id or their externalId, each once; an id wins over a name like it", () => {
    const groups = (...words: string[]) =>
      (writtenInto("holder", { firstName: "J", groups: words }, holder, "whole", place) as Holder).groups
    expect(groups("g2", "staff")).toEqual(["g2", "g1"])
    expect(groups("g1", "staff")).toEqual(["g1"])
  })

  it("is refused where it names what is not there, with the path to it", () => {
    const told = { firstName: "J", groups: ["staff", "nobody"] }
    expect(writtenInto("holder", told, holder, "whole", place)).toMatchObject({
      code: "reference_unknown",
      message: expect.stringContaining("groups.1 names nobody.") as string,
    })
  })

  it("is refused where a door would hang on another cloud node's controller", () => {
    const told = { name: "Door", connection: "panel", port: 1 }
    expect(writtenInto("device", told, { ...given, cloudNodeId: "n2" }, "whole", place)).toMatchObject({
      code: "reference_unknown",
    })
  })
})

describe("Something that is there", () => {
  it("is changed in part: what was not told stays, and what is null is as if it had never been told", () => {
    const told = { lastName: "Smith", email: null, activeDate: null, groups: null }
    const { email: _, ...rest } = before
    expect(writtenInto("holder", told, { ...before }, "part", place)).toEqual({
      ...rest,
      lastName: "Smith",
      activeDate: null,
      groups: [],
    })
  })

  it("is written anew as a whole, but for what it is, what it holds, and what is never shown", () => {
    expect(writtenInto("holder", { firstName: "Jo" }, { ...before }, "whole", place)).toEqual({
      id: "h1",
      firstName: "Jo",
      lastName: "",
      enabled: true,
      activeDate: null,
      expireDate: null,
      pinHash: "a hash",
      groups: [],
      credentials: before.credentials,
      created,
    })
  })

  it("loses a PIN where that is said, and has another where another is told", () => {
    expect(writtenInto("holder", { pin: null }, { ...before }, "part", place)).not.toHaveProperty("pinHash")
    const other = writtenInto("holder", { pin: "another" }, { ...before }, "part", place)
    expect(other).toMatchObject({ pinHash: "another" })
    expect(other).not.toHaveProperty("pin")
  })

  it("keeps the serial number with which its panel is registered", () => {
    const change = (serialNumber: string) =>
      writtenInto("cloudNode", { serialNumber }, { ...node }, "part", place)
    expect(change("1234ABC")).toEqual(node)
    expect(change("9")).toMatchObject({
      code: "object_invalid",
      message: expect.stringContaining("serialNumber: cannot change") as string,
    })
  })
})

describe("What does not fit together", () => {
  const rule = { name: "Days", type: "access", groups: ["staff"] }
  const faultIn = (told: object): string =>
    JSON.stringify(writtenInto("rule", { ...rule, ...told }, { ...given }, "whole", place))

  it("is a rule that ends before it begins", () => {
    expect(faultIn({ startTime: "08:00", stopTime: "08:00" })).toContain("stopTime: must be later")
    expect(faultIn({ startTime: "08:00", stopTime: "24:00" })).not.toContain("object_invalid")
  })

  it("is a rule that opens doors by itself and is for somebody", () => {
    expect(faultIn({ type: "autoOpen" })).toContain("groups: is only for rules of the type access")
    const policy = { type: "autoOpen", groups: [], authenticationPolicy: "cardOnly" }
    expect(faultIn(policy)).toContain("authenticationPolicy: is only for")
    const alone = writtenInto("rule", { name: "Days", type: "autoOpen" }, given, "whole", place) as Rule
    expect(alone.recurring).toHaveLength(7)
  })

  it("is a holder who expires before they are active", () => {
    const told = { activeDate: "2026-02-01", expireDate: "2026-01-31" }
    expect(writtenInto("holder", told, { ...before }, "part", place)).toMatchObject({
      code: "object_invalid",
    })
  })
})
