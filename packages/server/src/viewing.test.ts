/** What listeners are shown, where the rooms meet: as their tokens were made, and as their API clients are now. */
import { readFileSync } from "node:fs"
import { topicNames } from "@doorstream/contract"
import { beforeEach, describe, expect, it } from "vitest"
import { house, type ApiClient, type Row, type Verified } from "./core/ports.js"
import { registryOf, type RegistryForTests } from "./core/registry-of.suite.js"
import { wholeGrant } from "./core/verified.js"
import { openViewing } from "./viewing.js"

const created = "2026-01-01T00:00:00.000Z"
const wall: ApiClient = {
  id: "wall",
  name: "",
  secretHash: "",
  systems: ["tower"],
  scopes: ["listen"],
  created,
}
const rows: readonly Row[] = topicNames.map((topic, at) => ({
  position: at + 1,
  topic,
  text: readFileSync(new URL(`../../contract/fixtures/events/${topic}.json`, import.meta.url), "utf8"),
  received: 0,
  reportId: "",
}))
const token: Verified = {
  id: "t",
  systemId: "tower",
  clientId: "wall",
  scopes: ["listen"],
  grant: wholeGrant,
  expiresAt: Infinity,
}
const redacted = { ...token, grant: { ...wholeGrant, redacted: true } }

let registry: RegistryForTests
let scrambled: number
let viewing: ReturnType<typeof openViewing>
beforeEach(() => {
  registry = registryOf({ kind: "client", system: house, value: wall })
  scrambled = 0
  viewing = openViewing({
    registry,
    states: { of: () => Promise.reject(new Error("There are no states here.")) } as never,
    scrambleIn: () => {
      scrambled += 1
      return "0123456789abcdef".repeat(4)
    },
    now: () => 0,
  })
})

describe("An event", () => {
  it("is redacted once, however many hear it so, and is the very same for those who hear it as it is", () => {
    const [one, other] = [viewing.viewOf(redacted), viewing.viewOf({ ...redacted, id: "u" })]
    const shown = rows.map((row) => one.show(row))
    const once = scrambled
    expect(once).toBeGreaterThan(0)
    expect(rows.every((row, at) => other.show(row) === shown[at])).toBe(true)
    expect(scrambled).toBe(once)
    expect(rows.every((row) => viewing.viewOf(token).show(row) === row)).toBe(true)
  })

  it("in which nothing personal may stand is the very same for everybody", () => {
    const { show } = viewing.viewOf(redacted)
    const same = rows.filter((row) => show(row) === row).map(({ topic }) => topic)
    expect(same).toHaveLength(topicNames.length - 8)
    expect(same).toContain("device.input.dps.opened")
  })

  it("that was forgotten stays so", () => {
    const forgotten = { ...rows.find(({ topic }) => topic === "device.request.allowed")!, text: "" }
    expect(viewing.viewOf(redacted).show(forgotten)).toBe(forgotten)
  })
})

describe("What a token grants", () => {
  it("is cut by what its API client may now, whatever it was when the token was verified", async () => {
    const keyBefore = viewing.viewOf(token).key
    const value = { ...wall, topics: ["sync.*"], redacted: true } as const
    await registry.put([{ kind: "client", system: house, value }])
    const view = viewing.viewOf(token)
    expect(view.key).not.toBe(keyBefore)
    expect(rows.flatMap((row) => view.show(row)?.topic ?? [])).toEqual(["sync.not_synced", "sync.synced"])
    expect(viewing.seenBy(token).registry).not.toBe(registry)
    await registry.put([{ kind: "client", system: house, value: wall }])
    expect(viewing.viewOf(token).key).toBe(keyBefore)
    expect(viewing.seenBy(token).registry).toBe(registry)
  })
})
