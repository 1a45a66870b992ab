/** A simulation against a real server: hardware that knows nothing but the node link and REST. */
import { topicNames, type TopicName } from "@doorstream/contract"
import { openSimulation, runVisits, type Simulation, type SimulationOptions } from "@doorstream/simulator"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  clientId,
  clientSecret,
  cloudNode,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { rest } from "../support/syncing.js"

let house: House
let listening: Listening
let stop: AbortController
let troubles: string[]
let running: Promise<unknown>[]

beforeEach(async () => {
  house = await openHouse({ options: { syncQuiet: 20, drainWithin: 200 } })
  listening = await listen(house.url, await house.token(), topicNames)
  stop = new AbortController()
  troubles = []
  running = []
})
afterEach(async () => {
  stop.abort()
  await Promise.allSettled(running)
  listening.close()
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

const account = () => ({
  url: house.url,
  clientId,
  clientSecret,
  systemId,
  signal: stop.signal,
  onTrouble: (trouble: string) => void troubles.push(trouble),
})
const patience = { link: { first: 5, most: 50, long: 50, full: 50 }, rest: { first: 5, most: 50 } }
const open = (more: Partial<SimulationOptions> = {}): Promise<Simulation> =>
  openSimulation({ ...account(), seed: 7, ...more }, patience)

async function start(more: Partial<SimulationOptions> = {}): Promise<Simulation> {
  const simulation = await open(more)
  const run = simulation.run()
  run.catch(() => undefined)
  running.push(run)
  return simulation
}

const heard = (topic: TopicName) => listening.heard.all.filter((said) => said.topic === topic)

const panel = async () => (await rest(house, "GET", `cloud-nodes/${cloudNode.id}/panel`)).status
const from = Date.parse("2026-11-23T08:00:00.000Z")
const minute = 60_000

describe("A simulation", () => {
  it("makes every topic happen that it is asked for", { timeout: 60_000 }, async () => {
    const simulation = await start({ scenario: "quiet", speed: 30, from })
    for (const topic of topicNames) {
      const before = heard(topic).length
      const triggered = await simulation.trigger(topic, "front door")
      expect([topic, triggered]).toEqual([topic, expect.objectContaining({ door: "Front Door" })])
      await listening.heard.until(() => heard(topic).length > before)
    }
    expect(troubles).toEqual([])
  })

  it("says where a topic cannot happen, and why", async () => {
    const simulation = await start({ scenario: "quiet" })
    expect(await simulation.trigger("device.alarm.forced", "Meeting Room")).toEqual({
      impossible: "The door has no door position sensor (dps).",
    })
    expect(await simulation.trigger("device.alarm.forced", "Back Door")).toEqual({
      impossible:
        'There is no door "Back Door": there are "Front Door", "Loading Dock", "Meeting Room", "Server Room".',
    })
    expect(await simulation.trigger("device.alarm.forced")).toMatchObject({
      door: "Front Door",
      cloudNode: cloudNode.name,
      did: expect.arrayContaining(["opens the door"]),
    })
    stop.abort()
    await Promise.all(running)
    expect(await simulation.trigger("device.alarm.forced")).toEqual({
      impossible: "The simulation has ended.",
    })
  })

  it("leaves everything as it found it", async () => {
    const door = `cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}`
    const simulation = await start({ scenario: "quiet" })
    await simulation.trigger("sync.synced")
    await simulation.trigger("cloudnode.created")
    expect((await rest(house, "GET", door)).json["dwell"]).toBe(frontDoor.dwell + 1)
    expect(await panel()).toBe(200)
    stop.abort()
    await Promise.all(running)
    expect((await rest(house, "GET", door)).json["dwell"]).toBe(frontDoor.dwell)
    expect(await panel()).toBe(404)
    expect((await rest(house, "GET", "cloud-nodes/doorstream-spare")).status).toBe(404)
  })

  it("gives the same events by the same seed from the same moment, however fast, and loses none", async () => {
    const told: string[][] = []
    for (const speed of ["max", 600] as const) {
      listening.heard.all.length = 0
      const simulation = await start({ from, until: from + 20 * minute, speed })
      await Promise.all(running)
      const { reported, waiting } = simulation.progress()
      expect(waiting).toBe(0)
      const isReport = ({ topic }: { topic: string }) =>
        topic.startsWith("device.") || topic.startsWith("endpoint.")
      await listening.heard.until((all) => all.filter(isReport).length >= reported)
      told.push(
        listening.heard.all
          .filter(({ topic }) => topic.startsWith("device."))
          .map((said) => `${said.topic} ${said.event["occurred"] as number}`),
      )
    }
    expect(told[0]!.length).toBeGreaterThan(500)
    expect(told[1]).toEqual(told[0])
  })

  it("lives by what the registry says while it runs: a change is synced, and the doors do it", async () => {
    await start({ scenario: "quiet", speed: 10 })
    await listening.heard.until(() => heard("sync.synced").length > 0)
    await rest(house, "POST", "rules", { name: "Open house", type: "autoOpen", devices: [frontDoor.id] })
    await listening.heard.until(
      () => heard("device.autoopen.on").length > 0 && heard("sync.synced").length > 1,
    )
    const types = heard("endpoint.sync.finished.all").map(
      ({ event }) => (event["body"] as { type: string }).type,
    )
    expect(types).toEqual(["ao_rules", "ao_rules"])
    await rest(house, "PATCH", `cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}`, { dwell: 31 })
    await listening.heard.until(() => heard("sync.synced").length > 2)
    expect(heard("endpoint.sync.finished.all").at(-1)!.event["body"]).toMatchObject({ type: "devices" })
    await rest(house, "DELETE", `cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}`)
    await listening.heard.until(() => heard("sync.synced").length > 3)
    expect(troubles).toEqual([])
  })

  it("comes back by itself after a restart of the server, with what waited", async () => {
    const simulation = await start({ speed: 20 })
    await listening.heard.until(() => simulation.progress().reported > 20)
    await house.restart()
    const { reported } = simulation.progress()
    while (simulation.progress().reported <= reported + 20) await new Promise(setImmediate)
    stop.abort()
    await Promise.all(running)
    expect(troubles.some((trouble) => trouble.includes("its link has ended"))).toBe(true)
    expect(troubles.at(-1)).toBe(`The cloud node "${cloudNode.name}": recovered`)
  })

  it("cuts the link of a cloud node where the scenario cuts its cable, and what waits comes late", async () => {
    const options = { from, until: from + 10 * minute, speed: "max" } as const
    const simulation = await start({ ...options, scenario: "cut-cable" })
    await Promise.all(running)
    expect(simulation.progress()).toMatchObject({ waiting: 0 })
    expect(troubles).toEqual([])
  })
})

describe("A door of a simulation", () => {
  const command = async (name: string, body: object = {}, device = frontDoor.id) => {
    const { status, json } = await rest(
      house,
      "POST",
      `cloud-nodes/${cloudNode.id}/devices/${device}/${name}`,
      body,
    )
    return [status, json["code"]]
  }

  it("does what it is told over REST, and what comes of it is heard", async () => {
    const simulation = await start({ scenario: "quiet" })
    const causes: [string, TopicName, object?][] = [
      ["try-open", "device.input.relay.on", { dwell: 5 }],
      ["open", "device.forceopen.on"],
      ["close", "device.forceopen.off"],
      ["toggle", "device.forceopen.on"],
      ["do-not-disturb", "device.forceclose.on"],
      ["virtual-read", "device.request.denied", { holderId: someone.id }],
    ]
    for (const [name, topic, body] of causes) {
      const before = heard(topic).length
      expect([name, ...(await command(name, body))]).toEqual([name, 204, undefined])
      await listening.heard.until(() => heard(topic).length > before)
    }
    expect(await command("try-open")).toEqual([409, "command_refused"])
    expect(simulation.progress().obeyed).toBe(causes.length)
  })

  it("does not do what it is told once its simulation has ended", async () => {
    await start({ scenario: "quiet" })
    expect(await command("open")).toEqual([204, undefined])
    stop.abort()
    await Promise.all(running)
    expect(await command("open")).toEqual([503, "cloud_node_away"])
  })
})

describe("A simulation that cannot be", () => {
  it("refuses a panel that is registered already, unless it is to take it over", async () => {
    const other = await start({ scenario: "quiet" })
    await expect(open()).rejects.toThrow(/"Demo Cloud Node" is registered already.*takeOver/)
    await expect(start({ scenario: "quiet", takeOver: true })).resolves.toBeDefined()
    await expect(running[0]).rejects.toThrow("unregistered by somebody else")
    expect(other.progress().linked).toBe(0)
    expect(await panel()).toBe(200)
  })

  it.each([
    [{ scenario: "no-such" }, /no-such: there is no such file/],
    [{ cloudNodes: ["nowhere"] }, /There is no cloud node nowhere/],
    [{ clientSecret: "wrong" }, /gives no token \(401 invalid_client/],
    [{ speed: 0 }, /The speed is a number/],
  ])("says why, and registers nothing: %j", async (more, words) => {
    await expect(open(more)).rejects.toThrow(words)
    expect(await panel()).toBe(404)
  })

  it("ends as soon as it is told to, while it waits for a server", async () => {
    const opening = openSimulation({ ...account(), url: "http://127.0.0.1:1" }, patience)
    opening.catch(() => stop.abort())
    while (troubles.length === 0) await new Promise(setImmediate)
    stop.abort()
    await expect(opening).rejects.toBe(stop.signal.reason)
    expect(troubles).toHaveLength(1)
  })
})

describe("Visits", () => {
  const words = (topic: TopicName) => heard(topic).length
  const ofVisits = topicNames.filter((topic) => !topic.startsWith("device.") && topic !== "liveEvent")

  it("let everything happen that is told of cloud nodes, again and again, and leave nothing", async () => {
    running.push(runVisits({ ...account(), every: 10 }))
    await listening.heard.until(() => ofVisits.every((topic) => words(topic) >= 2))
    stop.abort()
    await Promise.all(running)
    expect((await rest(house, "GET", "cloud-nodes/doorstream-visitor")).status).toBe(404)
    expect(troubles).toEqual([])
  })

  it("remove what one has left that was cut short", async () => {
    const left = { name: "Left", serialNumber: "LEFT", externalId: "doorstream-visitor" }
    await rest(house, "POST", "cloud-nodes", left)
    running.push(runVisits({ ...account(), every: 10 }))
    await listening.heard.until(() => words("cloudnode.deleted") >= 2)
    expect(troubles).toEqual([])
  })
})
