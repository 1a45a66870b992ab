/** A replay under a renewed token that grants less than the one before: what it withholds is told. PROTOCOL §23.9. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { listenRawAfter, type CursorListening } from "../support/cursors.js"
import { askToken, makeLimited } from "../support/granted.js"
import { allowed, doorReport, openHouse, someone, systemId, type House } from "../support/house.js"
import { until } from "../support/named.js"
import { operate, type MadeClient } from "../support/operator.js"

const opened = "device.input.dps.opened"
const closed = "device.input.dps.closed"
const relay = "device.input.relay.on"
const topics = [opened, closed, relay, "device.request.allowed"]

let house: House
let client: MadeClient
let listener: CursorListening
beforeEach(async () => {
  house = await openHouse({ systemTokenLifetime: 60 })
  client = await makeLimited(house, {})
  listener = await listenRawAfter(house.url, `token=${(await askToken(house, "", client)).token}`, {
    topics,
    cursors: true,
  })
})
afterEach(async () => {
  listener.close()
  await house.close()
})

const happen = (...about: readonly string[]) => house.report(about.map((topic) => doorReport(topic)))
const renew = async (limits: object): Promise<void> =>
  listener.renew((await askToken(house, limits, client)).token)

/** What was heard since the token lapsed, but for the invalidTokens. */
const told = () =>
  listener.heard.all.flatMap(({ name, body }) => {
    if (name === "invalidToken") return []
    if (name === "stream.gap") return [`gap ${String(body["reason"])} ${String(body["count"])}`]
    return [name === "stream.refused" ? `${String(body["code"])} ${String(body["topic"])}` : name]
  })

describe("A listener whose renewed token grants less than the one before", () => {
  it("is told in its place what the new token does not grant any more, and hears the rest", async () => {
    house.advance(61_000)
    await happen(opened, closed, closed, relay, opened, relay)
    await listener.heard.atLeast(6)
    await renew({ topics: [opened] })
    await listener.heard.until(() => told().length === 7)
    await happen(closed, opened)
    await listener.heard.until(() => told().length === 8)
    expect(told()).toEqual([
      `topic_not_granted ${closed}`,
      `topic_not_granted ${relay}`,
      "topic_not_granted device.request.allowed",
      opened,
      "gap scope 3",
      opened,
      "gap scope 1",
      opened,
    ])
    const gap = listener.heard.all.find(({ name }) => name === "stream.gap")!
    expect(gap.body).toEqual({ from: 2, to: 4, count: 3, reason: "scope" })
    expect(gap.cursor).toMatch(/\.4$/)
  })

  it("hears again what a later token grants, from then on", async () => {
    await renew({ topics: [opened] })
    await happen(closed)
    await renew({})
    await listener.ask("subscribeIsolated", { topics: [] })
    await happen(closed)
    await listener.heard.until(() => told().includes(closed))
    expect(told().filter((each) => !each.startsWith("topic_not_granted"))).toEqual([closed])
  })

  it("is told again of those that must hear once a later token lets it, and not before", async () => {
    const panel = `/systems/${systemId}/named-listeners/${client.id}/panel/required`
    const silent = "stream.listener.silent"
    expect((await listener.ask("subscribeIsolated", { topics: [silent] })).topics).toContain(silent)
    await renew({ topics: [opened] })
    expect((await listener.ask("subscribeIsolated", { topics: [] })).topics).toEqual([opened])
    await operate(house, "PUT", panel, { within: 1000 })
    await happen(opened)
    house.advance(2000)
    const isTold = (): boolean => house.told.some(({ level }) => level === "warn")
    await until(async () => (await operate(house, "GET", "/named-listeners")).status === 200 && isTold())
    await happen(opened)
    await listener.heard.until(() => told().filter((each) => each === opened).length === 2)
    expect(told()).not.toContain(silent)
    await renew({})
    await listener.heard.until(() => told().includes(silent))
    expect(told().filter((each) => each === `topic_not_granted ${silent}`)).toHaveLength(1)
  })

  it("is replayed in pseudonyms where the new token is redacted", async () => {
    house.advance(61_000)
    await house.report(allowed())
    await listener.heard.atLeast(1)
    await renew({ redacted: true })
    await listener.heard.until(() => told().length === 1)
    const { name, body } = listener.heard.all.at(-1)!
    expect(name).toBe("device.request.allowed")
    expect(JSON.stringify(body)).not.toContain(someone.lastName)
    expect(JSON.stringify(body)).toContain(someone.id)
  })

  it("is told so where its API client is narrowed while events wait", async () => {
    house.advance(61_000)
    await happen(opened, relay)
    await listener.heard.atLeast(2)
    await operate(house, "PATCH", `/clients/${client.id}`, { topics: [relay] })
    await renew({})
    await listener.heard.until(() => told().length === 5)
    expect(told()).toEqual([
      `topic_not_granted ${opened}`,
      `topic_not_granted ${closed}`,
      "topic_not_granted device.request.allowed",
      "gap scope 1",
      relay,
    ])
  })
})
