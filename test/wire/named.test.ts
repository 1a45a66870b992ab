/** Listeners with a name and nothing else new about them: what a cut takes is heard again, on raw WebSockets. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { allowed, doorReport, openHouse, systemId, type House } from "../support/house.js"
import { openNetwork } from "../support/cutting.js"
import { listenRaw, type RawListening } from "../support/listeners.js"
import { connectNamed, cut, keptNames, subscribeNamed, until, type NamedRaw } from "../support/named.js"

const topics = ["device.request.allowed"]

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ heartbeat: { interval: 30, timeout: 20_000 } })
  token = await house.token()
})
afterEach(() => house.close())

const happens = async (times: number): Promise<void> =>
  void (await house.report(Array.from({ length: times }, () => allowed())))

const countPings = (raw: RawListening): number => raw.frames.all.filter((frame) => frame === "2").length

/** Engine.IO 4: waits for a ping that comes after everything so far, and answers it. */
async function answerPing(raw: NamedRaw): Promise<void> {
  const before = countPings(raw)
  if (before > 0) raw.send("3")
  await raw.frames.until((all) => all.filter((frame) => frame === "2").length > before)
  raw.send("3")
  await raw.settled()
}

/** Engine.IO 3: pings until the server has answered, and its WebSocket's ping was answered by the library. */
async function ping(raw: NamedRaw): Promise<void> {
  const before = raw.frames.all.filter((frame) => frame === "3").length
  raw.send("2")
  await raw.frames.until((all) => all.filter((frame) => frame === "3").length > before)
  await raw.settled()
}

const prove = { 3: async (raw: NamedRaw) => (await ping(raw), ping(raw)), 4: answerPing }

for (const version of [3, 4] as const)
  describe(`A named listener on a raw WebSocket, Engine.IO ${version}`, () => {
    const connect = () => connectNamed(house, token, { version })

    it("hears after a cut what it has not proven to have heard, doubles with the same id, and nothing else", async () => {
      const first = await connect()
      await subscribeNamed(first, topics)
      await happens(2)
      await first.heard(2)
      await prove[version](first)
      await happens(2)
      const ids = await first.heard(4)
      await cut(first)
      await happens(1)

      const second = await connect()
      await subscribeNamed(second, topics)
      const again = await second.heard(3)
      expect(again.slice(0, 2)).toEqual(ids.slice(2))
      await happens(1)
      expect(new Set([...ids, ...(await second.heard(4))]).size).toBe(6)
      second.close()
    })

    it("hears everything since its subscription where nothing was proven", async () => {
      const first = await connect()
      await happens(1)
      await subscribeNamed(first, topics)
      await happens(3)
      const ids = await first.heard(3)
      await cut(first)
      const second = await connect()
      await subscribeNamed(second, topics)
      expect(await second.heard(3)).toEqual(ids)
      second.close()
    })

    it("goes on where it was after the server was started anew", async () => {
      const first = await connect()
      await subscribeNamed(first, topics)
      await happens(2)
      await first.heard(2)
      await prove[version](first)
      await cut(first)
      await happens(2)
      await house.restart()
      const second = await connect()
      await subscribeNamed(second, topics)
      await happens(1)
      expect(await second.heard(3)).toHaveLength(3)
      expect(new Set([...first.ids(), ...second.ids()]).size).toBe(5)
      second.close()
    })

    it("is the newest connection with the name; the older one is told so and ended", async () => {
      const older = await connect()
      await subscribeNamed(older, topics)
      await happens(1)
      await older.heard(1)
      const newer = await connect()
      await older.closed
      expect(older.frames.all.filter((frame) => frame.includes("listener_taken_over"))).toHaveLength(1)
      expect(older.frames.all.at(-1)).toBe("41")
      await subscribeNamed(newer, topics)
      expect(await newer.heard(1)).toEqual(older.ids())
      newer.close()
    })
  })

describe("A named listener", () => {
  it("hears topics that it subscribes one after the other as if it had subscribed them at once", async () => {
    const first = await connectNamed(house, token)
    await subscribeNamed(first, ["device.request.allowed"])
    await subscribeNamed(first, ["device.input.dps.opened"])
    await cut(first)
    await house.report([allowed(), doorReport("device.input.dps.opened"), allowed()])
    const second = await connectNamed(house, token)
    await subscribeNamed(second, ["device.request.allowed"])
    await second.heard(2)
    await subscribeNamed(second, ["device.input.dps.opened"])
    expect(new Set(await second.heard(3)).size).toBe(3)
    await happens(1)
    expect(await second.heard(4)).toHaveLength(4)
    second.close()
  })

  it("has proven nothing by a heartbeat from before it subscribed the rest of its topics", async () => {
    const both = [...topics, "device.input.dps.opened"]
    const first = await connectNamed(house, token)
    await subscribeNamed(first, both)
    await cut(first)
    await house.report([
      doorReport("device.input.dps.opened"),
      allowed(),
      doorReport("device.input.dps.opened"),
    ])
    const second = await connectNamed(house, token, { version: 3 })
    await subscribeNamed(second, topics)
    await second.heard(1)
    await ping(second)
    await subscribeNamed(second, both)
    await second.heard(3)
    await ping(second)
    await cut(second)
    const third = await connectNamed(house, token)
    await subscribeNamed(third, both)
    expect(new Set(await third.heard(3))).toEqual(new Set(second.ids()))
    third.close()
  })

  it("hears a topic that is new to it from its subscription on", async () => {
    const first = await connectNamed(house, token)
    await subscribeNamed(first, topics)
    await house.report(doorReport("device.input.dps.opened"))
    await subscribeNamed(first, ["device.input.dps.opened"])
    await house.report(doorReport("device.input.dps.opened"))
    const ids = await first.heard(1)
    await cut(first)
    const second = await connectNamed(house, token)
    await subscribeNamed(second, [...topics, "device.input.dps.opened"])
    await happens(1)
    expect((await second.heard(2))[0]).toBe(ids[0])
    expect(second.ids()).toHaveLength(2)
    second.close()
  })

  it("may say itself where it begins, and goes on from there", async () => {
    await happens(3)
    const first = await connectNamed(house, token)
    await subscribeNamed(first, { topics, after: { last: 2 } })
    const ids = await first.heard(2)
    await cut(first)
    const second = await connectNamed(house, token)
    await subscribeNamed(second, topics)
    expect(await second.heard(2)).toEqual(ids)
    second.close()
  })

  it("has its name for itself: those of other names have nothing to do with it", async () => {
    const wall = await connectNamed(house, token, { name: "wall-3" })
    const desk = await connectNamed(house, token, { name: "desk" })
    await Promise.all([subscribeNamed(wall, topics), subscribeNamed(desk, topics)])
    await cut(wall)
    await happens(1)
    await desk.heard(1)
    expect((await keptNames(house)).map(({ name }) => name)).toEqual(["desk", "wall-3"])
    desk.close()
  })

  it("that pings without waiting for answers has proven nothing of what was swallowed on the way", async () => {
    const network = await openNetwork(house.url)
    const first = await connectNamed(network, token, { version: 3 })
    await subscribeNamed(first, topics)
    await prove[3](first)
    network.swallow()
    await happens(2)
    for (let count = 0; count < 5; count++) first.send("2")
    // Its answer never comes; that it was heard, and so were the pings before it, is seen by another way.
    first.send('42["subscribeIsolated",{"topics":["device.input.dps.opened"]}]')
    await until(async () => (await keptNames(house))[0]?.topics === 2)
    network.cut()
    const second = await connectNamed(house, token, { version: 3 })
    await subscribeNamed(second, topics)
    expect(await second.heard(2)).toHaveLength(2)
    second.close()
    await network.close()
  })

  it("is not proven to have heard anything by a pong that answers nothing, nor by a ping without the answer before", async () => {
    const early = await connectNamed(house, token, { version: 3 })
    await subscribeNamed(early, topics)
    await happens(1)
    await early.heard(1)
    const [before] = await keptNames(house)
    early.send("2")
    await early.settled()
    expect(await keptNames(house)).toEqual([before])
    early.close()
  })

  for (const name of ["", "wall%203", "ä", "x".repeat(65)])
    it(`is refused a name that is none: ${name.slice(0, 9)}`, async () => {
      const raw = await listenRaw(house.url, `systemId=${systemId}&token=${token}&listener=${name}`)
      await raw.closed
      expect(
        raw.frames.all.some((frame) => frame.startsWith("44") && frame.includes("listener_name_invalid")),
      ).toBe(true)
    })
})
