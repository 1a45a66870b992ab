/**
 * What an operator sees from outside: numbers for Prometheus, over the operator socket and on a loopback port but never
 * on the public one, and a line in the log for each connection. No token is in either.
 */
import { request } from "node:http"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  allowed,
  clientId,
  cloudNode,
  doorReport,
  openHouse,
  otherSystemId,
  someone,
  systemId,
  type House,
  type HouseSettings,
  type Report,
} from "../support/house.js"
import { listen, listenRaw } from "../support/listeners.js"
import { metricsUrlOf, scrapeOf } from "../support/metrics.js"
import { listenByPolling } from "../support/polling.js"

let house: House
const start = async (settings: HouseSettings = {}): Promise<void> => {
  await house?.close()
  house = await openHouse({ metricsPort: 0, options: { drainWithin: 100 }, ...settings })
}
beforeEach(() => start())
afterEach(() => house.close())

const metricsUrl = (): string => metricsUrlOf(house)
const scrape = () => scrapeOf(house)

/** What became of connections, when there are so many lines. */
async function fates(count: number): Promise<Record<string, unknown>[]> {
  const lines = () => house.told.filter((line) => line.text.startsWith("a connection"))
  await expect.poll(() => lines().length, { interval: 5 }).toBeGreaterThanOrEqual(count)
  return lines().map((line) => line.fields as Record<string, unknown>)
}

const opened = "device.input.dps.opened"

describe("The metrics", () => {
  it("count connections by protocol and transport, and listeners", async () => {
    const token = await house.token()
    const four = await listen(house.url, token, [opened], { transports: ["websocket"] })
    const two = await listen(house.url, token, [opened], { version: "2.5", transports: ["websocket"] })
    await listenByPolling(house.url, token, [opened])
    const numbers = await scrape()
    const count = (protocol: number, transport: string) =>
      numbers.get(`doorstream_connections{protocol="${protocol}",transport="${transport}"}`)
    expect([count(4, "websocket"), count(3, "websocket"), count(4, "polling"), count(3, "polling")]).toEqual([
      1, 1, 1, 0,
    ])
    expect(numbers.get('doorstream_listeners{at="tail"}')).toBe(3)
    expect(numbers.get('doorstream_listeners{at="behind"}')).toBe(0)
    four.close()
    two.close()
  })

  it("count events in and out by topic, and time what became of them", async () => {
    const token = await house.token()
    const listeners = await Promise.all([1, 2].map(() => listen(house.url, token, [opened])))
    const report = { ...doorReport(opened), occurred: Date.now() + 7_200_000 }
    await house.report([report, report])
    for (const { heard } of listeners) await heard.atLeast(1)
    const numbers = await scrape()
    expect(numbers.get(`doorstream_events_appended_total{topic="${opened}"}`)).toBe(1)
    expect(numbers.get(`doorstream_events_delivered_total{topic="${opened}"}`)).toBe(2)
    expect(numbers.get("doorstream_append_seconds_count")).toBe(1)
    expect(numbers.get("doorstream_flush_seconds_count")).toBeGreaterThanOrEqual(1)
    expect(numbers.get("doorstream_delivery_seconds_count")).toBe(1)
    expect(numbers.get('doorstream_delivery_seconds_bucket{le="+Inf"}')).toBe(1)
    // A cloud node whose clock is two hours ahead.
    expect(numbers.get('doorstream_report_lateness_seconds_bucket{le="-3600"}')).toBe(2)
    for (const listener of listeners) listener.close()
  })

  it("count refusals by code, wherever they were met, and hits of limits", async () => {
    await start({ limits: { connections: 1, topicsPerMessage: 2 } })
    const token = await house.token()
    await fetch(`${house.url}/nowhere`)
    await house.report([doorReport("device.request.allowed"), { ...allowed(), id: "" }])
    const bad = await listenRaw(house.url, "token=bad")
    await bad.closed
    const listening = await listen(house.url, token, ["no.such.topic"], { transports: ["websocket"] })
    await new Promise((resolve) =>
      listening.socket.emit("subscribeIsolated", { topics: ["a", "b", "c"] }, resolve),
    )
    listening.socket.emit("renewedToken", { token: "x.y.z" })
    await listening.heard.atLeast(1)
    await fetch(`${house.url}/socket.io/?EIO=4&transport=polling&token=${token}`)
    const numbers = await scrape()
    const refused = (code: string) => numbers.get(`doorstream_refusals_total{code="${code}"}`)
    expect({
      notFound: refused("not_found"),
      holder: refused("holder_required"),
      id: refused("report_id_invalid"),
      malformed: refused("token_malformed"),
      unknown: refused("topic_unknown"),
      topics: refused("too_many_topics"),
      full: refused("server_full"),
    }).toEqual({ notFound: 1, holder: 1, id: 1, malformed: 2, unknown: 1, topics: 1, full: 1 })
    expect(numbers.get('doorstream_limit_hits_total{limit="connections"}')).toBe(1)
    expect(numbers.get('doorstream_limit_hits_total{limit="topics_per_message"}')).toBe(1)
    expect(numbers.get('doorstream_limit{limit="connections"}')).toBe(1)
    listening.close()
  })

  it("tell how the log stands: its size, and each system's positions and oldest event", async () => {
    await house.report([allowed(), allowed()])
    house.advance(60_000)
    const numbers = await scrape()
    expect(numbers.get("doorstream_log_bytes")).toBeGreaterThan(0)
    expect(numbers.get("doorstream_systems")).toBe(2)
    expect(numbers.get(`doorstream_log_first_position{system="${systemId}"}`)).toBe(1)
    // Each with the liveEvent beside it.
    expect(numbers.get(`doorstream_log_last_position{system="${systemId}"}`)).toBe(4)
    expect(numbers.get(`doorstream_log_oldest_age_seconds{system="${systemId}"}`)).toBeGreaterThanOrEqual(60)
    expect(numbers.has(`doorstream_log_oldest_age_seconds{system="${otherSystemId}"}`)).toBe(false)
    expect(numbers.get("process_start_time_seconds")).toBeGreaterThan(0)
  })

  it("tell how full the disk is, and say so in a word", async () => {
    await house.report([allowed()])
    const numbers = await scrape()
    const disk = (what: string): number => numbers.get(`doorstream_disk_${what}_bytes`)!
    expect(disk("used")).toBeGreaterThan(0)
    expect(disk("usable")).toBeGreaterThan(disk("used"))
    expect(disk("reserve")).toBe(512e6)
    const states = ["ample", "scarce", "full", "broken"].map((is) =>
      numbers.get(`doorstream_storage{is="${is}"}`),
    )
    expect(states).toEqual([1, 0, 0, 0])
  })

  it("tell how cloud nodes' clocks go, and the log says of one that is plainly wrong, once", async () => {
    const at = (occurred: number): Report => ({ ...doorReport(opened), occurred })
    await house.report([at(Date.now() - 60_000), at(Date.now() + 7_200_000), at(0), at(0)])
    const name = `doorstream_cloud_node_lateness_seconds{system="${systemId}",cloud_node="${cloudNode.id}"}`
    const lateness = (await scrape()).get(name)!
    expect(lateness).toBeLessThan(-7000)
    expect(lateness).toBeGreaterThanOrEqual(-7200)
    const warned = house.told.filter(({ level }) => level === "warn")
    expect(warned).toEqual([
      {
        level: "warn",
        fields: { system: systemId, cloudNode: cloudNode.id, clock: expect.any(String) as string },
        text: expect.stringContaining("clock") as string,
      },
    ])
  })

  // On Windows it is a pipe, with another name.
  it.skipIf(process.platform === "win32")("are answered over the operator socket too", async () => {
    const socketPath = join(house.dataFolder, "operator.sock")
    const said = await new Promise<string>((resolve, reject) => {
      request({ socketPath, path: "/metrics" }, (response) => void text(response).then(resolve, reject)).end()
    })
    expect(said).toContain("# TYPE doorstream_append_seconds histogram")
  })

  it("are answered on a loopback port where one is set, nothing else is, and never on the public port", async () => {
    const answer = await fetch(metricsUrl())
    expect(answer.headers.get("content-type")).toContain("version=0.0.4")
    expect((await fetch(new URL("/status", metricsUrl()))).status).toBe(404)
    expect((await fetch(metricsUrl(), { method: "POST" })).status).toBe(404)
    expect((await fetch(`${house.url}/metrics`)).status).toBe(404)
  })
})

describe("A connection that has ended", () => {
  it("has a line that says whose it was, what it was sent and why it ended, and holds no token", async () => {
    const token = await house.token()
    const raw = await listenRaw(house.url, `token=${token}`)
    raw.send(`421["subscribeIsolated",{"topics":["${opened}"]}]`)
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    await house.report([doorReport(opened), doorReport(opened)])
    await raw.frames.until((all) => all.filter((frame) => frame.startsWith("42[")).length === 2)
    house.advance(5000)
    raw.close()
    const [fate] = await fates(1)
    expect(fate).toMatchObject({
      client: clientId,
      system: systemId,
      protocol: 3,
      transport: "websocket",
      address: "127.0.0.1",
      sent: 2,
      ended: "transport close",
    })
    expect(fate!.seconds).toBeGreaterThanOrEqual(5)
    expect(JSON.stringify(house.told)).not.toContain(token)
  })

  it("says with which code it was refused, where it was", async () => {
    const raw = await listenRaw(house.url, "token=bad")
    await raw.closed
    expect(await fates(1)).toMatchObject([{ refused: "token_malformed", sent: 0 }])
  })

  it("has a line also where it was refused before it began, and a flood of those has few", async () => {
    await start({ limits: { connections: 1 } })
    const token = await house.token()
    const raw = await listenRaw(house.url, `token=${token}`)
    const shake = () => fetch(`${house.url}/socket.io/?EIO=4&transport=polling&token=${token}`)
    await (await shake()).text()
    expect(await fates(1)).toEqual([{ address: "127.0.0.1", refused: "server_full" }])
    for (let times = 0; times < 300; times++) await (await shake()).text()
    house.advance(1000)
    await (await shake()).text()
    const lines = await fates(100)
    expect(lines.length).toBeLessThan(250)
    expect(lines.reduce((sum, { untold }) => sum + Number(untold ?? 0), lines.length)).toBe(302)
    raw.close()
    expect(JSON.stringify(house.told)).not.toContain(token)
  })
})

describe("The log", () => {
  it("never holds what somebody is called", async () => {
    await house.report(allowed())
    expect(JSON.stringify(house.told)).not.toContain(someone.id)
  })
})
