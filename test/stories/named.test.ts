/** Listeners with a name as users have them: socket.io-client 2, 3 and 4, changed in nothing but their URL. */
import { randomUUID } from "node:crypto"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { allowed, openHouse, type House } from "../support/house.js"
import { openNetwork, type Network } from "../support/cutting.js"
import { clients, Heard, versions, type ClientSocket, type Version } from "../support/listeners.js"
import { keptNames, until } from "../support/named.js"
import { operate } from "../support/operator.js"

const topic = "device.request.allowed"

let house: House
let token: string
let network: Network
async function open(interval: number, drainWithin: number): Promise<void> {
  house = await openHouse({ heartbeat: { interval, timeout: 20_000 }, options: { drainWithin } })
  token = await house.token()
  network = await openNetwork(house.url)
}
async function close(): Promise<void> {
  await network.close()
  await house.close()
}
beforeEach(() => open(100, 300))
afterEach(close)

interface Wall {
  readonly socket: ClientSocket
  readonly ids: Heard<string>
}

/** As an application does: subscribes whenever it is connected, and never again than that. */
async function openWall(version: Version, transports: readonly string[]): Promise<Wall> {
  const options = { forceNew: true, transports, reconnectionDelay: 20, reconnectionDelayMax: 40 }
  const socket = clients[version](`${network.url}?token=${token}&listener=wall-${version}`, options)
  const ids = new Heard<string>()
  socket.on(topic, ({ id }: { id: string }) => ids.add(id))
  await new Promise<void>((resolve) =>
    socket.on("connect", () => socket.emit("subscribeIsolated", { topics: [topic] }, () => resolve())),
  )
  return { socket, ids }
}

const report = async (times: number): Promise<void> =>
  void (await house.report(Array.from({ length: times }, () => ({ ...allowed(), id: randomUUID() }))))

/** What the log has, as somebody hears it who begins at its beginning. */
async function readLog(count: number): Promise<readonly string[]> {
  const socket = clients["4.8"](`${house.url}?token=${token}`, { forceNew: true })
  const ids = new Heard<string>()
  socket.on(topic, ({ id }: { id: string }) => ids.add(id))
  socket.on("connect", () => socket.emit("subscribeIsolated", { topics: [topic], after: "earliest" }))
  const all = await ids.atLeast(count)
  socket.close()
  return all
}

/** Where each listener reads that is connected. */
const standings = async (): Promise<readonly { readonly position: number }[]> =>
  (await operate<{ readonly position: number }[]>(house, "GET", "/listeners")).body

const first = (ids: readonly string[]): string[] => [...new Set(ids)]

for (const version of versions)
  for (const transport of ["websocket", "polling"])
    describe(`An unmodified client of version ${version} with a name, over ${transport}`, () => {
      it("loses nothing, however often it is cut, and hears everything in order but for doubles", async () => {
        const wall = await openWall(version, [transport])
        for (let round = 1; round <= 5; round++) {
          await report(10)
          await wall.ids.until((all) => new Set(all).size > 30 * (round - 1))
          network.swallow()
          await report(10)
          network.cut()
          await report(10)
          await wall.ids.until((all) => new Set(all).size === 30 * round)
        }
        expect(first(wall.ids.all)).toEqual(await readLog(150))
        wall.socket.close()
      })

      it("proves by its heartbeats what it has heard, so that it is not sent again", async () => {
        const wall = await openWall(version, [transport])
        await report(20)
        await wall.ids.atLeast(20)
        const [{ position: newest } = { position: 0 }] = await standings()
        await until(async () => (await keptNames(house))[0]!.position === newest)
        network.cut()
        await report(3)
        expect(await wall.ids.atLeast(23)).toHaveLength(23)
        expect(new Set(wall.ids.all).size).toBe(23)
        wall.socket.close()
      })
    })

describe("An unmodified client with a name", () => {
  it("goes over from polling to WebSocket with it, and loses nothing", async () => {
    const wall = await openWall("4.8", ["polling", "websocket"])
    await report(5)
    network.cut()
    await report(5)
    await wall.ids.until((all) => new Set(all).size === 10)
    wall.socket.close()
  })

  it("loses nothing when the server is started anew", async () => {
    const walls = await Promise.all(versions.map((version) => openWall(version, ["websocket"])))
    await report(5)
    await house.restart()
    await report(5)
    for (const { ids, socket } of walls) {
      await ids.until((all) => new Set(all).size === 10)
      socket.close()
    }
  })

  it("of version 3 or 4 hears nothing twice for a planned restart", async () => {
    await close()
    // No heartbeat but the one that is asked for at the end.
    await open(60_000, 5000)
    const walls = await Promise.all(
      (["3.1", "4.8"] as const).map((version) => openWall(version, ["websocket"])),
    )
    await report(5)
    await house.restart()
    await report(5)
    for (const { ids, socket } of walls) {
      expect(new Set(await ids.atLeast(10)).size).toBe(10)
      socket.close()
    }
  })

  it("does not come back when another one has taken its name", async () => {
    const older = await openWall("4.8", ["websocket"])
    const gone = new Promise((resolve) => older.socket.on("disconnect", resolve))
    const newer = await openWall("4.8", ["websocket"])
    expect(await gone).toBe("io server disconnect")
    await report(1)
    await newer.ids.atLeast(1)
    expect([older.socket.connected, newer.socket.connected]).toEqual([false, true])
    newer.socket.close()
  })
})
