/** A server that is asked to end: what is owed goes out, nobody new comes in, and then it is over. PROTOCOL §10. */
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { request, type IncomingMessage } from "node:http"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import {
  allowed,
  cloudNode,
  doorReport,
  openHouse,
  requestToken,
  systemId,
  wordy,
  wordyReport,
  type House,
  type Report,
} from "../support/house.js"
import { Heard, listen, listenRaw, versions, type RawListening } from "../support/listeners.js"
import { listenByPolling, type Polling } from "../support/polling.js"
import { startProcess } from "../support/server-process.js"

const opened = "device.input.dps.opened"
const reportsPath = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ more: wordy })
  token = await house.token()
})
afterEach(() => house.close())

/** A raw listener that has subscribed, and takes nothing from now on. */
async function listenWithoutReading(url: string, with_: string): Promise<RawListening> {
  const raw = await listenRaw(url, `token=${with_}`)
  raw.send(`421["subscribeIsolated",{"topics":["${opened}"]}]`)
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
  raw.socket.pause()
  return raw
}

/** More than the kernel takes for somebody who does not read. */
async function reportMuch(report: (reports: Report[]) => Promise<unknown>): Promise<Report[]> {
  const batches = Array.from({ length: 6 }, () => Array.from({ length: 1000 }, wordyReport))
  for (const batch of batches) await report(batch)
  return batches.flat()
}

/** Engine.IO's packet that ends a connection. */
const close = "1"

const timesIn = (frames: readonly string[]): number[] =>
  frames
    .filter((frame) => frame.startsWith(`42["${opened}"`))
    .map((frame) => (JSON.parse(frame.slice(2)) as [string, Report])[1].occurred)

const refusalIn = async (response: Response): Promise<unknown[]> => [
  response.status,
  response.headers.has("Retry-After"),
  ((await response.json()) as { code: string }).code,
]

/** What a WebSocket is told that is not let in. */
async function refusedUpgrade(url: string): Promise<unknown[]> {
  const socket = new WebSocket(url.replace(/^http/, "ws"))
  const [, response] = (await once(socket, "unexpected-response")) as [unknown, IncomingMessage]
  return refusalIn(
    new Response(await response.toArray().then((parts) => Buffer.concat(parts as Buffer[])), {
      status: response.statusCode!,
      headers: response.headers as Record<string, string>,
    }),
  )
}

/** What is heard by polling until the server ends the connection. */
async function pollToEnd(polling: Polling, open = polling.poll()): Promise<number[]> {
  const packets = await open
  return packets.includes(close) ? timesIn(packets) : [...timesIn(packets), ...(await pollToEnd(polling))]
}

describe("While a server drains", () => {
  it("a WebSocket listener that is behind is served until it has heard everything", async () => {
    const slow = await listenWithoutReading(house.url, token)
    const reports = await reportMuch(house.report)
    const closing = house.server().close()
    slow.socket.resume()
    await slow.closed
    expect(timesIn(slow.frames.all)).toEqual(reports.map(({ occurred }) => occurred))
    await closing
  })

  it("is not ready any more, and whoever comes new is told to come back", async () => {
    const slow = await listenWithoutReading(house.url, token)
    await reportMuch(house.report)
    const closing = house.server().close()
    expect((await fetch(`${house.url}/ready`)).status).toBe(503)
    expect((await fetch(`${house.url}/health`)).status).toBe(200)

    const refused = [503, true, "draining"]
    const handshake = `${house.url}/socket.io/?EIO=4&systemId=${systemId}&token=${token}`
    expect(await refusalIn(await fetch(`${handshake}&transport=polling`))).toEqual(refused)
    expect(await refusalIn(await fetch(`${handshake}&transport=polling&sid=`))).toEqual(refused)
    expect(await refusedUpgrade(`${handshake}&transport=websocket`)).toEqual(refused)
    expect(await refusalIn(await house.post(reportsPath, JSON.stringify(allowed()), token))).toEqual(refused)
    for (const method of ["PUT", "PATCH", "DELETE"])
      expect(await refusalIn(await fetch(`${house.url}/${systemId}/groups/one`, { method }))).toEqual(refused)
    slow.close()
    await closing
  })

  it("reports that are on their way are taken in, answered, and heard", async () => {
    const listener = await listen(house.url, token, [opened])
    const report = doorReport(opened)
    const sending = request(`${house.url}${reportsPath}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}`, Expect: "100-continue" },
    })
    sending.flushHeaders()
    await once(sending, "continue")
    const closing = house.server().close()
    sending.end(JSON.stringify(report))
    const [response] = (await once(sending, "response")) as [IncomingMessage]
    const outcome: unknown = JSON.parse(Buffer.concat((await response.toArray()) as Buffer[]).toString())
    expect(outcome).toEqual({ accepted: [{ id: report.id, position: 1 }], refused: [] })
    await closing
    const [heard] = await listener.heard.atLeast(1)
    expect(heard!.event["occurred"]).toBe(report.occurred)
    listener.close()
  })

  it("a polling listener gets what is ready on its open poll, or on its next one", async () => {
    const polling = await Promise.all([1, 2].map(() => listenByPolling(house.url, token, [opened])))
    const [patient, absent] = polling as [Polling, Polling]
    const open = patient.poll()
    const reports = [doorReport(opened), doorReport(opened)]
    for (const report of reports) await house.report(report)
    const closing = house.server().close()
    const heard = await Promise.all([pollToEnd(patient, open), pollToEnd(absent)])
    for (const times of heard) expect(times).toEqual(reports.map(({ occurred }) => occurred))
    await closing
  })
})

describe("A connection on which nothing was ever asked", () => {
  it("keeps no server from ending", async () => {
    const own = await openHouse({ options: { drainWithin: 1e9 } })
    const silent = connect(Number(new URL(own.url).port), "127.0.0.1")
    await once(silent, "connect")
    // Served after it, so that the server has it by then.
    await own.token()
    await own.close()
    silent.destroy()
  })
})

for (const version of versions)
  for (const transports of [["websocket"], ["polling"], ["polling", "websocket"]])
    describe(`socket.io-client ${version} over ${transports.join(" and ")}`, () => {
      it("comes back by itself when the server does", async () => {
        const listener = await listen(house.url, token, [opened], {
          version,
          transports,
          reconnectionDelay: 20,
        })
        const fates = new Heard<string>()
        listener.socket.on("disconnect", (reason: string) => fates.add(reason))
        listener.socket.on("connect", () =>
          listener.socket.emit("subscribeIsolated", { topics: [opened] }, () => fates.add("back")),
        )
        await house.restart()
        expect(await fates.atLeast(2)).toEqual(["transport close", "back"])
        const report = doorReport(opened)
        await house.report(report)
        const [heard] = await listener.heard.atLeast(1)
        expect(heard!.event["occurred"]).toBe(report.occurred)
        listener.close()
      })
    })

describe("A server that is asked twice to end", () => {
  it("ends once, and tells both when it is over", async () => {
    const slow = await listenWithoutReading(house.url, token)
    await reportMuch(house.report)
    let isOver = false
    void house
      .server()
      .close()
      .then(() => (isOver = true))
    const second = house
      .server()
      .close()
      .then(() => isOver)
    slow.close()
    expect(await second).toBe(true)
  })
})

describe("A process that runs a server", () => {
  let dataFolder: string
  beforeEach(async () => (dataFolder = await mkdtemp(join(tmpdir(), "doorstream-drain-"))))
  afterEach(() => rm(dataFolder, { recursive: true, force: true }))

  it("ends by itself on SIGTERM, with a listener of each kind connected", async () => {
    const server = await startProcess(dataFolder)
    const its = await requestToken(server.url)
    const listeners = await Promise.all(
      ["websocket", "polling"].map((way) => listen(server.url, its, [opened], { transports: [way] })),
    )
    server.kill("SIGTERM")
    expect(await server.ended).toEqual([0, null])
    for (const listener of listeners) listener.close()
  })

  // Left to themselves, Engine.IO and the WebSocket library would wait for such peers for half a minute.
  it(
    "ends when its time is over, though listeners neither read nor poll nor say anything",
    { timeout: 25_000 },
    async () => {
      const server = await startProcess(dataFolder, 0, 200)
      const its = await requestToken(server.url)
      const mute = await listenRaw(server.url, `EIO=4&token=${its}`)
      for (const topic of [opened, "liveEvent"]) await listenByPolling(server.url, its, [topic])
      const slow = await listenWithoutReading(server.url, its)
      await reportMuch(async (reports) => {
        const { status } = await fetch(`${server.url}${reportsPath}`, {
          method: "POST",
          body: JSON.stringify(reports),
          headers: { Authorization: `Bearer ${its}` },
        })
        expect(status).toBe(200)
      })
      server.kill("SIGTERM")
      expect(await server.ended).toEqual([0, null])
      slow.close()
      mute.close()
    },
  )
})
