/** What may be asked of a system token, and what is refused of it. */
import { describe, expect, it } from "vitest"
import { house, type ApiClient, type Change } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"
import { readWanted } from "./wanted.js"

const created = "2026-01-01T00:00:00.000Z"
const node = (id: string, system = "tower"): Change => ({
  kind: "cloudNode",
  system,
  value: {
    id,
    name: id,
    externalId: `the ${id}`,
    serialNumber: id,
    timezone: "UTC",
    cardFormat: [],
    created,
  },
})
const registry = registryOf(
  { kind: "system", system: house, value: { id: "tower", name: "tower", created } },
  node("gate"),
  node("shed"),
  node("barn", "annex"),
  ...Array.from({ length: 101 }, (_, n) => node(`node-${n}`)),
)
const whole: ApiClient = {
  id: "wall",
  name: "Wall",
  secretHash: "",
  systems: ["tower", "annex"],
  scopes: ["listen", "report"],
  created,
}
const narrow: ApiClient = {
  ...whole,
  topics: ["device.alarm.*", "sync.synced"],
  cloudNodes: ["gate", "barn"],
  redacted: true,
}

const want = (value: unknown, client = whole) => readWanted(value, client, "tower", registry)
const codeOf = (value: unknown, client = whole) => {
  const wanted = want(value, client)
  return "code" in wanted ? wanted.code : "good"
}

describe("A request for a system token", () => {
  it.each([
    [{}],
    [null],
    [[]],
    ["topics"],
    [7],
    [{ ttl: 1 }],
    [{ topics: null, redacted: null }],
    [{ redacted: false }],
  ])("that asks for nothing gets all that the client may: %j", (value) => expect(want(value)).toEqual({}))

  it("gets what it asks for, with ids in the place of names, each once", () => {
    const asked = {
      scopes: ["report"],
      topics: ["device.*", "device.*"],
      cloudNodes: ["the shed", "gate", "shed"],
      redacted: true,
      ttl: 9,
    }
    expect(want(asked)).toEqual({
      scopes: ["report"],
      topics: ["device.*"],
      cloudNodes: ["shed", "gate"],
      redacted: true,
    })
  })

  it("of a client that is limited gets its limits, of the cloud nodes those of this system", () => {
    expect(want({}, narrow)).toEqual({ cloudNodes: ["gate"] })
    expect(
      want({ topics: ["device.alarm.forced"], cloudNodes: ["the gate"], redacted: true }, narrow),
    ).toEqual({
      topics: ["device.alarm.forced"],
      cloudNodes: ["gate"],
      redacted: true,
    })
  })

  it.each<[object, string]>([
    [{ scopes: ["manage"] }, "manage"],
    [{ topics: ["device.alarm.*", "device.*"] }, "device.*"],
    [{ topics: ["*"] }, "*"],
    [{ cloudNodes: ["gate", "shed"] }, "shed"],
    [{ cloudNodes: ["nowhere"] }, "nowhere"],
    [{ cloudNodes: ["barn"] }, "barn"],
    [{ redacted: false }, "redacted"],
  ])("is refused what the client may not, by name: %j", (asked, named) => {
    expect(want(asked, narrow)).toMatchObject({
      code: "grant_exceeded",
      message: expect.stringContaining(named) as string,
    })
  })

  it.each<[object]>([
    [{ scopes: [] }],
    [{ scopes: "listen" }],
    [{ scopes: ["listen", "rule"] }],
    [{ topics: [] }],
    [{ topics: [7] }],
    [{ topics: ["device"] }],
    [{ topics: Array.from({ length: 101 }, () => "*") }],
    [{ topics: { 0: "*" } }],
    [{ cloudNodes: ["nowhere"] }],
    [{ cloudNodes: ["barn"] }],
    [{ cloudNodes: [] }],
    [{ cloudNodes: Array.from({ length: 101 }, (_, n) => `node-${n}`) }],
    [{ redacted: "yes" }],
    [{ redacted: 1 }],
  ])("is refused what is no limit: %j", (asked) => expect(codeOf(asked)).toBe("grant_invalid"))

  it("is told back no more than a line of what it said", () => {
    const refused = want({ topics: ["x".repeat(60_000)] })
    expect("message" in refused && refused.message.length).toBeLessThan(500)
  })
})
