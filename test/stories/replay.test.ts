/** The past of a running server, replayed on another address to programs that were written for the first. */
import { readdirSync } from "node:fs"
import { demoBuilding } from "@doorstream/simulator"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { doorstream, makeFolder } from "../support/command.js"
import {
  allowed,
  clientId,
  clientSecret,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  requestToken,
  systemId,
  type House,
} from "../support/house.js"
import { Heard, listen, listenRaw, versions } from "../support/listeners.js"
import { endPrograms, type Program } from "../support/program.js"
import { until } from "../support/named.js"
import { operate } from "../support/operator.js"
import { askEvents, pull } from "../support/pulling.js"

const topics = ["device.request.allowed", "device.input.dps.opened", "liveEvent"]

const whole = { topics: "*", after: "earliest", limit: 1000 }

let house: House
/** What the house has heard, as any listener of it heard it. */
let past: readonly { readonly topic: string; readonly event: object }[]
const temporary = makeFolder()

const account = {
  DOORSTREAM_CLIENT: clientId,
  DOORSTREAM_SECRET: clientSecret,
  DOORSTREAM_SYSTEM: systemId,
}

beforeAll(async () => {
  house = await openHouse()
  for (let at = 0; at < 40; at++) {
    await house.report([allowed(), doorReport("device.input.dps.opened")])
    house.advance(250)
  }
  const { events } = await pull(house.url, await house.token(), { ...whole, topics: topics.join() })
  past = events.map(({ topic, event }) => ({ topic, event }))
})
afterEach(endPrograms)
afterAll(async () => {
  await house.close()
  temporary.remove()
})

interface Replay extends Program {
  readonly url: string
}

const replay = (...args: string[]): Promise<Replay> => replayIn(temporary.path, ...args)

async function replayIn(folder: string, ...args: string[]): Promise<Replay> {
  const environment = { ...account, DOORSTREAM_URL: house.url, TMPDIR: folder }
  const program = doorstream(["replay", ...args], environment)
  return { ...program, url: await program.prints(/^http:\/\/127\.0\.0\.1:\d+$/) }
}

describe("A replay", () => {
  for (const version of versions)
    it(`is heard by socket.io-client ${version} as what happened was, with only the host changed`, async () => {
      const program = await replay("--speed", "max")
      const { url } = program
      const listener = await listen(url, await requestToken(url), topics, { version })
      expect(await listener.heard.atLeast(past.length)).toEqual(past)
      const { code, err } = await program.ended
      listener.close()
      expect(code).toBe(0)
      expect(err).toMatch(/\n120 events went out, \d+s of the past, in [\d.]+ s\.\n$/)
    })

  it("is heard by a plain WebSocket in the very frames", async () => {
    const { url } = await replay("--speed", "max", "--topics", "liveEvent")
    const raw = await listenRaw(url, `systemId=${systemId}&token=${await requestToken(url)}`)
    raw.send(`42${JSON.stringify(["subscribeIsolated", { topics: ["*"] }])}`)
    const expected = past.filter(({ topic }) => topic === "liveEvent")
    const isEvent = (frame: string): boolean => frame.startsWith("42")
    const frames = await raw.frames.until((all) => all.filter(isEvent).length >= expected.length)
    raw.close()
    expect(frames.filter(isEvent)).toEqual(
      expected.map(({ topic, event }) => `42${JSON.stringify([topic, event])}`),
    )
  })

  it("begins and ends where it is told, and has only the topics that are asked for", async () => {
    const { events } = await pull(house.url, await house.token(), whole)
    // Both are cursors of events that are asked for: the one is not replayed, and the other is.
    const [from, to] = [events[30]!.cursor, events[60]!.cursor]
    const between = ["--from", from, "--to", to, "--topics", "device.request.allowed"]
    const program = await replay("--speed", "max", ...between)
    const listener = await listen(program.url, await requestToken(program.url), ["*"])
    const expected = events.slice(31, 61).filter(({ topic }) => topic === "device.request.allowed")
    const heard = new Heard<string>()
    listener.socket.on("device.request.allowed", ({ id }: { id: string }) => heard.add(id))
    await program.ended
    listener.close()
    expect(heard.all).toEqual(expected.map(({ event }) => event["id"]))
  })

  it("has only what the filter selects", async () => {
    const elsewhere = doorReport("device.input.rex.on", { deviceId: demoBuilding.devices[1]!.id })
    await house.report([elsewhere, doorReport("device.input.rex.on")])
    const filter = ["--filter", `device=${demoBuilding.devices[1]!.id}`]
    const { url, ended } = await replay("--speed", "max", "--topics", "device.input.rex.on", ...filter)
    const listener = await listen(url, await requestToken(url), ["*"])
    const heard = new Heard<number>()
    listener.socket.on("device.input.rex.on", ({ occurred }: { occurred: number }) => heard.add(occurred))
    expect((await ended).err).toContain("1 event went out")
    listener.close()
    expect(heard.all).toEqual([elsewhere.occurred])
  })

  it("tells of what is kept no longer, and goes on with what is", async () => {
    const other = await openHouse()
    await other.report([allowed(), allowed()])
    const { events } = await pull(other.url, await other.token(), { ...whole, topics: "device.*" })
    other.advance(8 * 86_400_000)
    await other.restart()
    const { id } = (await operate<{ id: string }>(other, "POST", "/systems", { name: "Gone" })).body
    // Logs are swept at the latest when a system is removed.
    await operate(other, "DELETE", `/systems/${id}?name=Gone`)
    const query = { topics: "*", after: events[0]!.cursor }
    const token = await other.token()
    await until(async () => (await askEvents(other.url, token, query)).status === 410)
    await other.report(allowed())
    const from = ["--from", events[0]!.cursor, "--at-once", "--speed", "max"]
    const { code, err } = await doorstream(["replay", ...from], { ...account, DOORSTREAM_URL: other.url })
      .ended
    await other.close()
    expect(err).toContain("of this past are kept no longer (positions 2 to 4): there is a hole here.")
    expect([code, err.includes("2 events went out")]).toEqual([0, true])
  })

  it("has tokens that lapse as those of the past do, and what they missed comes when they are renewed", async () => {
    const brief = await openHouse({ systemTokenLifetime: 1 })
    const reports = Array.from({ length: 3 }, () => allowed())
    for (const report of reports) {
      await brief.report(report)
      brief.advance(2000)
    }
    const environment = { ...account, DOORSTREAM_URL: brief.url }
    const program = doorstream(["replay", "--topics", "device.*"], environment)
    const url = await program.prints(/^http/)
    const listener = await listen(url, await requestToken(url), ["device.request.allowed"])
    listener.socket.on("invalidToken", () => {
      void requestToken(url).then((token) => listener.socket.emit("renewedToken", { token }))
    })
    const isEvent = ({ topic }: { readonly topic: string }): boolean => topic === "device.request.allowed"
    const said = await listener.heard.until((all) => all.filter(isEvent).length === 3)
    listener.close()
    await program.ended
    await brief.close()
    expect(said.some(({ topic }) => topic === "invalidToken")).toBe(true)
    expect(said.filter(isEvent).map(({ event }) => event["occurred"])).toEqual(
      reports.map(({ occurred }) => occurred),
    )
  })

  it("refuses what cannot be replayed before anybody has subscribed, with nothing on standard output", async () => {
    const { port } = new URL(house.url)
    const reporters = await openHouse({ clientScopes: ["report"] })
    const complaints = [
      [["--from", "1.abcdefgh.2"], "is a cursor of another log"],
      [["--port", port], `Port ${port} is taken. Choose another with --port.`],
      [["--filter", "device=nowhere"], "filter_unknown"],
      [["--topics", "device.door"], "topic_unknown"],
      [[], "needs the scope listen", reporters.url],
    ] as const
    for (const [args, words, url = house.url] of complaints) {
      const environment = { ...account, DOORSTREAM_URL: url }
      const { code, out, err } = await doorstream(["replay", ...args], environment).ended
      expect([code, out, err]).toEqual([1, "", expect.stringContaining(words)])
      expect(err).not.toContain("    at ")
    }
    await reporters.close()
  })

  it("answers the registry as it is, changes nothing and commands nothing", async () => {
    const { url } = await replay("--speed", "max")
    const authorization = { Authorization: `Bearer ${await requestToken(url)}` }
    const there = { Authorization: `Bearer ${await house.token()}` }
    for (const path of ["cloud-nodes", "holders", "groups", "rules", `cloud-nodes/${cloudNode.id}/devices`]) {
      const paths = `/${systemId}/${path}?per_page=100`
      const [here, before] = await Promise.all([
        fetch(url + paths, { headers: authorization }).then((answer) => answer.json()),
        fetch(house.url + paths, { headers: there }).then((answer) => answer.json()),
      ])
      expect(here).toEqual(before)
    }
    for (const path of [`cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}/try-open`, "cloud-nodes"]) {
      const refused = await fetch(`${url}/${systemId}/${path}`, { method: "POST", headers: authorization })
      expect(refused.status).toBe(409)
      expect(await refused.json()).toMatchObject({ code: "replay_only" })
    }
  })

  it("goes on to answer where it is told to stay, until Ctrl-C, and leaves nothing behind", async () => {
    const own = makeFolder()
    const left = (): string[] => readdirSync(own.path).filter((name) => name.startsWith("doorstream-replay-"))
    const program = await replayIn(own.path, "--speed", "max", "--at-once", "--stay")
    await program.prints(/answered until Ctrl-C/, "err")
    const { events } = await pull(program.url, await requestToken(program.url), { ...whole, limit: 100 })
    expect(events.map(({ topic, event }) => ({ topic, event }))).toEqual(past.slice(0, 100))
    expect(left()).toHaveLength(1)
    program.kill("SIGINT")
    const { code, err } = await program.ended
    expect([code, /\d+ events went out/.test(err)]).toEqual([0, true])
    expect(left()).toEqual([])
    own.remove()
  })

  it("says in words what is wrong, all at once, and exits with 1", async () => {
    const wrong = ["--from", "tomorrow", "--speed", "-1", "--port", "99999", "--filter", "door=1"]
    const { code, err } = await doorstream(["replay", ...wrong]).ended
    expect(code).toBe(1)
    for (const option of ["--from", "--speed", "--port", "--filter"])
      expect(err).toContain(`${option} must be`)
    const turned = await doorstream(["replay", "--from", "1h", "--to", "2h"]).ended
    expect(turned.err).toContain("--from must be before --to.")
  })
})
