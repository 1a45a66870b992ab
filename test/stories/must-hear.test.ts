/** A named listener that must hear: when it is absent or behind for too long, those who ask for it are told. PROTOCOL §25. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { listenRawAfter, type CursorListening } from "../support/cursors.js"
import { openNetwork } from "../support/cutting.js"
import {
  allowed,
  clientId,
  openHouse,
  otherSystemId,
  systemId,
  wordy,
  wordyReport,
  type House,
} from "../support/house.js"
import { clients } from "../support/listeners.js"
import { scrapeOf } from "../support/metrics.js"
import { connectNamed, cut, keptNames, subscribeNamed, until } from "../support/named.js"
import { makeClient, operate } from "../support/operator.js"

const panel = "alarm-panel"
const silent = "stream.listener.silent"
const back = "stream.listener.back"
const gauge = 'doorstream_listeners_silent{reason="absent"}'
const topics = ["device.request.allowed"]

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ more: wordy, metricsPort: 0, options: { drainWithin: 300 } })
  token = await house.token()
})
afterEach(() => house.close())

const pathOf = (name = panel, client = clientId, system = systemId): string =>
  `/systems/${system}/named-listeners/${client}/${name}/required`
const require = (within: number, name?: string) => operate(house, "PUT", pathOf(name), { within })

const watch = async (its = token, system = systemId): Promise<CursorListening> =>
  listenRawAfter(house.url, `systemId=${system}&token=${its}`, { topics: [silent] })

const told = ({ heard }: CursorListening) =>
  heard.all.flatMap(({ name, body }) => (name === silent || name === back ? [{ name, ...body }] : []))

const isSilent = { name: silent, listener: panel, client: clientId, since: expect.any(Number) as number }
const isBack = { name: back, listener: panel, client: clientId, time: expect.any(Number) as number }

async function connectPanel() {
  const raw = await connectNamed(house, token, { name: panel })
  await subscribeNamed(raw, topics)
  return raw
}

describe("A listener that must hear", () => {
  it("is told to be silent when it does not come in time, to whoever comes later too, and to be back", async () => {
    const watcher = await watch()
    await require(1000)
    await watcher.heard.atLeast(1)
    const late = await watch()
    await late.heard.atLeast(1)
    for (const each of [watcher, late]) expect(told(each)).toEqual([{ ...isSilent, reason: "absent" }])
    const raw = await connectPanel()
    for (const each of [watcher, late]) {
      await each.heard.atLeast(2)
      expect(told(each)[1]).toEqual(isBack)
      each.close()
    }
    const lines = house.told.filter(({ text }) => text.startsWith("a listener that must hear"))
    expect(lines.map(({ level, text }) => [level, text])).toEqual([
      ["warn", "a listener that must hear is silent"],
      ["info", "a listener that must hear is back"],
    ])
    expect(lines[0]!.fields).toMatchObject({
      system: systemId,
      client: clientId,
      listener: panel,
      reason: "absent",
    })
    raw.close()
  })

  it("is told to be silent when it has gone, and not in other systems", async () => {
    const raw = await connectPanel()
    const watcher = await watch()
    const other = await watch(await house.token(otherSystemId), otherSystemId)
    await require(1000)
    await cut(raw)
    await watcher.heard.atLeast(1)
    expect(told(watcher)).toEqual([{ ...isSilent, reason: "absent" }])
    await other.ask("subscribeIsolated", { topics: [silent] })
    expect(told(other)).toEqual([])
    watcher.close()
    other.close()
  })

  it("whose peer has gone without a word is missed long before its heartbeat fails, Engine.IO 3 and 4", async () => {
    const watcher = await watch()
    for (const [n, version] of ([3, 4] as const).entries()) {
      const network = await openNetwork(house.url)
      const name = `panel-${version}`
      const raw = await connectNamed({ url: network.url }, token, { name, version })
      await subscribeNamed(raw, topics)
      await require(1000, name)
      network.swallow()
      await watcher.heard.atLeast(n + 1)
      expect(told(watcher)[n]).toMatchObject({ name: silent, listener: name, reason: "absent" })
      await network.close()
      raw.close()
    }
    watcher.close()
  })

  it.each(["websocket", "polling"])(
    "that is there and hears nothing is not silent, over %s",
    async (transport) => {
      const socket = clients["4.8"](`${house.url}?token=${token}&listener=${panel}`, {
        forceNew: true,
        transports: [transport],
      })
      await new Promise<void>((resolve) => socket.on("connect", resolve))
      await new Promise((resolve) => socket.emit("subscribeIsolated", { topics }, resolve))
      const watcher = await watch()
      await require(1000)
      // Another one that never comes has fallen silent by then, twice over.
      await require(2500, "nobody")
      await watcher.heard.atLeast(1)
      expect(told(watcher)).toMatchObject([{ name: silent, listener: "nobody" }])
      socket.close()
      await watcher.heard.atLeast(2)
      expect(told(watcher)[1]).toEqual({ ...isSilent, reason: "absent" })
      watcher.close()
    },
  )

  it("is told to be behind when its token has lapsed and an event waits, and to be back when it has renewed", async () => {
    const raw = await connectPanel()
    house.advance(301_000)
    token = await house.token()
    const watcher = await watch()
    await require(1000)
    await house.report(allowed())
    await watcher.heard.atLeast(1)
    expect(told(watcher)).toEqual([{ ...isSilent, reason: "behind" }])
    raw.send(`42["renewedToken",{"token":"${token}"}]`)
    await watcher.heard.atLeast(2)
    expect(told(watcher)[1]).toEqual(isBack)
    watcher.close()
    raw.close()
  })

  it("that reads nothing is told to be silent", async () => {
    const raw = await connectNamed(house, token, { name: panel })
    await subscribeNamed(raw, ["device.input.dps.opened"])
    const watcher = await watch()
    await require(1000)
    raw.socket.pause()
    for (let times = 0; times < 3; times += 1) await house.report(Array.from({ length: 1000 }, wordyReport))
    await watcher.heard.atLeast(1)
    expect(told(watcher)).toMatchObject([{ name: silent, listener: panel }])
    raw.close()
    watcher.close()
  })

  it("must hear after a restart too, and has its time to come then", async () => {
    const raw = await connectPanel()
    await require(1000)
    await cut(raw)
    await house.restart()
    const watcher = await watch()
    expect(told(watcher)).toEqual([])
    await watcher.heard.atLeast(1)
    expect(told(watcher)).toEqual([{ ...isSilent, reason: "absent" }])
    watcher.close()
  })

  it("is counted in the metrics as long as it is silent", async () => {
    const watcher = await watch()
    await require(1000)
    await watcher.heard.atLeast(1)
    const { body } = await operate<string>(house, "GET", "/named-listeners")
    expect(body).toMatchObject([
      {
        name: panel,
        required: { within: 1000 },
        silent: { reason: "absent" },
        connected: false,
        position: null,
      },
    ])
    expect((await scrapeOf(house)).get(gauge)).toBe(1)
    await operate(house, "DELETE", pathOf())
    await until(async () => (await scrapeOf(house)).get(gauge) === 0)
    const late = await watch()
    await late.ask("subscribeIsolated", { topics: ["device.*"] })
    expect(told(late)).toEqual([])
    late.close()
    watcher.close()
  })

  it("is not told of while the watcher's token is lapsed; at its renewal, what has become of it is", async () => {
    await require(1000)
    const watcher = await watch()
    await watcher.heard.atLeast(1)
    house.advance(301_000)
    token = await house.token()
    const raw = await connectPanel()
    await until(async () => (await keptNames(house))[0]!.silent === null)
    await require(1000, "door-desk")
    const other = await watch()
    await other.heard.atLeast(1)
    expect(told(watcher)).toEqual([{ ...isSilent, reason: "absent" }])
    watcher.renew(token)
    await watcher.heard.atLeast(3)
    expect(told(watcher).slice(1)).toMatchObject([isBack, { name: silent, listener: "door-desk" }])
    for (const each of [raw, watcher, other]) each.close()
  })
})

describe("An operator", () => {
  const command = (...args: string[]) => doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended
  const whose = ["--system", systemId, "--client", clientId]

  it("requires a listener by the command, sees it, and lets it go again", async () => {
    expect(await command("listener", "require", panel, ...whose, "--within", "10s")).toMatchObject({
      code: 0,
    })
    expect((await command("listener", "list")).out).toMatch(/alarm-panel .* never +within 10s/)
    expect((await command("listener", "forget", panel, ...whose)).err).toContain("listener_unknown")
    await cut(await connectPanel())
    expect((await command("listener", "forget", panel, ...whose)).err).toContain("listener_required")
    // There is one of this name by now.
    expect(await command("listener", "require", panel, "--within", "9s")).toMatchObject({
      code: 0,
      err: expect.stringContaining(`of the API client ${clientId} in the system ${systemId}`),
    })
    expect((await command("listener", "require", panel, ...whose, "--within", "soon")).err).toContain(
      "must be a number",
    )
    expect(await command("listener", "unrequire", panel, ...whose)).toMatchObject({ code: 0 })
    expect((await command("listener", "unrequire", panel, ...whose)).err).toContain("listener_unknown")
    const { body } = await operate<{ records: { deeds: object[] }[] }>(house, "GET", "/audit?what=listener")
    expect(body.records.flatMap(({ deeds }) => deeds)).toEqual([
      { what: "listener.unrequired", id: panel, now: { client: clientId } },
      { what: "listener.required", id: panel, now: { client: clientId, within: 9000 } },
      { what: "listener.required", id: panel, now: { client: clientId, within: 10_000 } },
    ])
  })

  it("asks whose a listener is that has not come yet, where several may have it, and takes the one that may", async () => {
    const alone = () => command("listener", "require", panel, "--within", "10s")
    expect((await alone()).err).toContain("say --system and --client")
    const { id } = await makeClient(house, [systemId, otherSystemId], "listen")
    const { code, err } = await alone()
    expect([code, err.match(/--system \S+ --client \S+/g)]).toEqual([
      1,
      [systemId, otherSystemId].map((system) => `--system ${system} --client ${id}`),
    ])
    await operate(house, "PATCH", `/clients/${id}`, { systems: [systemId] })
    expect((await alone()).code).toBe(0)
    expect((await command("listener", "list", "--client", id)).out).toMatch(/alarm-panel .*within 10s/)
    expect((await command("listener", "unrequire", "nobody")).err).toContain("No listener is called nobody")
  })

  it.each([
    [pathOf(panel, "nobody"), { within: 10_000 }, "client_unknown"],
    [pathOf(panel, clientId, "nowhere"), { within: 10_000 }, "system_unknown"],
    [pathOf("an%20alarm"), { within: 10_000 }, "listener_name_invalid"],
    [pathOf(), { within: 999 }, "request_invalid"],
    [pathOf(), {}, "request_invalid"],
  ])("does not require what cannot be: %s %j", async (path, body, code) => {
    expect((await operate(house, "PUT", path, body)).body).toMatchObject({ code })
  })

  it("requires one of an API client that was made", async () => {
    const { id } = await makeClient(house, [systemId], "listen")
    expect((await operate(house, "PUT", pathOf(panel, id), { within: 5000 })).body).toMatchObject({
      name: panel,
      client: id,
      required: { within: 5000 },
    })
  })
})
