/**
 * A connection that says more than it may is read more slowly, and loses nothing: everything is answered, in order, over
 * WebSocket and polling. Nobody else notices. PROTOCOL §13.
 */
import { afterEach, describe, expect, it } from "vitest"
import { doorReport, openHouse, systemId, type House, type HouseSettings } from "../support/house.js"
import { clients, Heard, listen, listenRaw, type ClientSocket, type Version } from "../support/listeners.js"
import { scrapeOf } from "../support/metrics.js"
import { listenByPolling } from "../support/polling.js"

let house: House
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0)) each.close()
  await house.close()
})

const opened = "device.input.dps.opened"
const hits = 'doorstream_limit_hits_total{limit="messages_per_second"}'

/** Fifty a second, so five hundred at once. */
const perSecond = 50
const atOnce = 10 * perSecond

async function start(more: HouseSettings = {}): Promise<string> {
  const limits = { messagesPerSecond: perSecond }
  house = await openHouse({ limits, metricsPort: 0, options: { drainWithin: 100 }, ...more })
  return house.token()
}

/** A token of the right form whose signature is another one's. */
const forge = (token: string): string => token.replace(/[^.]+$/, "A".repeat(86))

/** What makes a message so large that a server does not have all of them by reading once or twice. */
const ballast = "x".repeat(600)

/** Questions to be acknowledged, and bad renewals, by turns. */
const flood = (token: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? `42${index}["subscribeIsolated",{"topics":[],"ballast":"${ballast}"}]`
      : `42["renewedToken",{"token":"${forge(token)}"}]`,
  )

/** What is to be answered to those. */
const answers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => (index % 2 === 0 ? `43${index}[` : '42["invalidToken",'))

const isAnswer = (frame: string): boolean => /^4[23]/.test(frame)

function expectAnswers(frames: readonly string[], count: number): void {
  const said = frames.filter(isAnswer)
  expect(said).toHaveLength(count)
  const wrong = answers(count).findIndex((answer, index) => !said[index]!.startsWith(answer))
  expect(wrong).toBe(-1)
}

describe("A connection that says more than it may", () => {
  it.each(["", "&EIO=4"])(
    "is answered everything in the end, in order, over a WebSocket%s",
    async (query) => {
      const token = await start()
      const raw = await listenRaw(house.url, `token=${token}${query}`)
      open.push(raw)
      if (query !== "") raw.send("40")
      await raw.frames.until((all) => all.some((frame) => frame.startsWith("40")))
      const count = atOnce + 2 * perSecond
      for (const packet of flood(token, count)) raw.send(packet)
      expectAnswers(await raw.frames.until((all) => all.filter(isAnswer).length >= count), count)
      expect((await scrapeOf(house)).get(hits)).toBeGreaterThan(0)
    },
  )

  it("is answered everything in the end, in order, by polling", async () => {
    const token = await start()
    const polling = await listenByPolling(house.url, token, [])
    const heard = new Heard<string>()
    const count = atOnce + 2 * perSecond
    const send = async (): Promise<void> => {
      const packets = flood(token, count)
      while (packets.length > 0) await polling.send(packets.splice(0, 50).join("\x1e"))
    }
    const hear = async (): Promise<void> => {
      while (heard.all.filter(isAnswer).length < count)
        for (const packet of await polling.poll()) heard.add(packet)
    }
    await Promise.all([send(), hear()])
    expectAnswers(heard.all, count)
    expect((await scrapeOf(house)).get(hits)).toBeGreaterThan(0)
  })

  it("does not keep others from hearing what happens, nor from being answered", async () => {
    const token = await start()
    const good = await listen(house.url, token, [opened])
    const bad = await listenRaw(house.url, `token=${token}`)
    open.push(good, bad)
    for (const packet of flood(token, 50 * atOnce)) bad.send(packet)
    const reports = Array.from({ length: 20 }, () => doorReport(opened))
    for (const report of reports) {
      await house.report(report)
      await new Promise((resolve) => good.socket.emit("subscribeIsolated", { topics: [] }, resolve))
    }
    const heard = await good.heard.atLeast(reports.length)
    expect(heard.map(({ event }) => event["occurred"])).toEqual(reports.map(({ occurred }) => occurred))
    expect(bad.socket.readyState).toBe(bad.socket.OPEN)
  })

  const ways = [
    ["2.5", "websocket"],
    ["4.8", "websocket"],
    ["2.5", "polling"],
    ["4.8", "polling"],
  ] as const
  it.each(ways)("outlives its heartbeats while it is not read: %s over %s", async (version, transport) => {
    const token = await start({ heartbeat: { interval: 300, timeout: 400 } })
    const socket = await connect(version, transport, token)
    const gone = new Heard<string>()
    socket.on("disconnect", (reason: string) => gone.add(reason))
    const acknowledged = new Heard<number>()
    const count = atOnce + 4 * perSecond
    for (let index = 0; index < count; index++) {
      socket.emit("subscribeIsolated", { topics: [], ballast }, () => acknowledged.add(index))
      // Version 2 sends all that it has in one request, which may have 100 kB.
      if (index % 100 === 99) await acknowledged.atLeast(index)
    }
    const order = await acknowledged.atLeast(count)
    expect(order).toEqual(Array.from({ length: count }, (_, index) => index))
    expect(gone.all).toEqual([])
    expect((await scrapeOf(house)).get(hits)).toBeGreaterThan(0)
  })
})

async function connect(version: Version, transport: string, token: string): Promise<ClientSocket> {
  const socket = clients[version](`${house.url}?systemId=${systemId}&token=${token}`, {
    forceNew: true,
    transports: [transport],
  })
  open.push(socket)
  await new Promise<void>((resolve) => socket.on("connect", () => resolve()))
  return socket
}

describe("A connection that is closed while it is not read", () => {
  it("is gone for the server at once", async () => {
    const token = await start()
    const raw = await listenRaw(house.url, `token=${token}`)
    await raw.frames.until((all) => all.includes("40"))
    for (const packet of flood(token, 2 * atOnce)) raw.send(packet)
    await expect.poll(async () => (await scrapeOf(house)).get(hits), { interval: 20 }).toBeGreaterThan(0)
    const closing = house.server().close()
    await raw.closed
    await closing
  })
})
