/** What the schemas of events find fault with. That they find none with the specification's own, fixtures.test.ts says. */
import { readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import type { TopicName } from "../index.js"
import { faultsOfEvent } from "./index.js"

const fixture = (name: TopicName): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL(`../../fixtures/events/${name}.json`, import.meta.url), "utf8")) as Record<
    string,
    unknown
  >

const forced = fixture("device.alarm.forced")

describe("An event", () => {
  it.each([
    "device.alarm.forced",
    "cloudnode.created",
    "cloudnode.connected",
    "sync.synced",
    "liveEvent",
  ] as const)("has neither a key too many nor one too few: %s", (name) => {
    const event = fixture(name)
    expect(faultsOfEvent(name, { ...event, more: 1 })).toEqual([expect.stringContaining("more")])
    for (const key of Object.keys(event)) {
      const { [key]: _, ...less } = event
      expect(faultsOfEvent(name, less), `${name} without ${key}`).toEqual([
        expect.stringMatching(`^${key}: `),
      ])
    }
  })

  it.each([
    ["device.alarm.forced", "body"],
    ["device.alarm.forced", "cloudNode"],
    ["cloudnode.created", "body"],
    ["cloudnode.created", "metadata"],
    ["sync.not_synced", "details"],
    ["liveEvent", "cloudNode"],
  ] as const)("has no key too many within: %s, %s", (name, key) => {
    const event = fixture(name)
    const within = { ...(event[key] as object), more: 1 }
    expect(faultsOfEvent(name, { ...event, [key]: within })).toEqual([
      expect.stringMatching(new RegExp(`^${key}: .*more`)),
    ])
  })

  it("is of the topic it is heard under", () => {
    expect(faultsOfEvent("device.alarm.forced.cleared", forced)).toEqual([expect.stringMatching(/^topic: /)])
    expect(faultsOfEvent("cloudnode.deleted", { ...fixture("cloudnode.created") })).toContainEqual(
      expect.stringMatching(/^topic: /),
    )
  })

  it("carries its device whole", () => {
    const body = { deviceId: "d-1", device: { id: "d-1", name: "Front", connection: "c-1" } }
    expect(faultsOfEvent("device.alarm.forced", { ...forced, body })).toEqual([
      expect.stringMatching(/^body\.device\.port: /),
    ])
  })

  it("leaves out what a cloud node did not know, but never says null in its place", () => {
    const allowed = fixture("device.request.allowed")
    const { credentialId: _, ...body } = allowed.body as Record<string, unknown>
    expect(faultsOfEvent("device.request.allowed", { ...allowed, body })).toEqual([])
    expect(
      faultsOfEvent("device.request.allowed", { ...allowed, body: { ...body, credentialId: null } }),
    ).toEqual([expect.stringMatching(/^body\.credentialId: /)])
  })

  it("keeps the two kinds of time of a cloud node's coming and going apart", () => {
    const connected = fixture("cloudnode.connected")
    const disconnected = fixture("cloudnode.disconnected")
    expect(faultsOfEvent("cloudnode.connected", disconnected)).toEqual([
      expect.stringMatching(/^timestamp: /),
    ])
    expect(faultsOfEvent("cloudnode.disconnected", connected)).toEqual([
      expect.stringMatching(/^timestamp: /),
    ])
  })

  it.each([undefined, null, 7, "text", []])("is not %j", (value) => {
    expect(faultsOfEvent("liveEvent", value)).not.toEqual([])
  })
})
