/** Commands over REST: how they come to cloud nodes on their links, and what whoever asked is answered. PROTOCOL §19. */
import { commandNames } from "@doorstream/contract"
import { afterEach, describe, expect, it } from "vitest"
import {
  clientId,
  cloudNode,
  frontDoor,
  openHouse,
  otherDoor,
  otherNode,
  otherSystemId,
  someone,
  systemId,
  type House,
  type HouseSettings,
} from "../support/house.js"
import {
  command as ask,
  done,
  heeds,
  obeys,
  servedVersions,
  type Command,
  type Met,
} from "../support/commanding.js"
import { metricsUrlOf } from "../support/metrics.js"
import { operate } from "../support/operator.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode
let house: House
let key: string
let token: string
const nodes: RawNode[] = []
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

async function open(settings: HouseSettings = {}): Promise<void> {
  house = await openHouse(settings)
  key = await registerPanel(house)
  token = await house.token()
}

/** In tests in which nothing may expire: only something else ends a command before its test is over. */
const patient: HouseSettings = { options: { commandLife: 600_000 } }
const hasty: HouseSettings = { options: { commandLife: 1000 } }

async function connect(): Promise<RawNode> {
  const node = await openRawNode(house.url)
  nodes.push(node)
  return node
}

async function enter(): Promise<RawNode> {
  const node = await connect()
  await node.enter(serialNumber, key, servedVersions)
  return node
}

const command = (name: string, body: object = {}): Promise<Met> => ask(house, token, name, body)

interface Told {
  readonly by: object
  readonly system: string
  readonly deeds: readonly object[]
}
const audit = async (): Promise<readonly Told[]> =>
  (await operate<{ records: Told[] }>(house, "GET", "/audit?what=device&per_page=1000")).body.records

describe("A command", () => {
  it("goes to its cloud node with an id of its own and ids alone, and is answered when the node has done it", async () => {
    await open()
    const node = await enter()
    obeys(node)
    for (const name of commandNames) {
      const body = name === "virtual-read" ? { holderId: someone.id } : {}
      expect(await command(name, body)).toEqual({ status: 204, retryAfter: null })
    }
    expect(await command("try-open", { dwell: 5400 })).toMatchObject({ status: 204 })
    const told = node.heard.all.filter((message): message is Command => message.type === "command")
    const base = { type: "command", id: expect.stringMatching(/^[\da-f-]{36}$/), expires: expect.any(Number) }
    expect(told).toEqual([
      ...commandNames.map((name) => ({
        ...base,
        deviceId: frontDoor.id,
        command: name,
        ...(name === "virtual-read" ? { holderId: someone.id } : {}),
      })),
      { ...base, deviceId: frontDoor.id, command: "try-open", dwell: 5400 },
    ])
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length)
  })

  it("expires five seconds after it was sent, by the server's clock", async () => {
    await open()
    house.advance(-3_600_000)
    const node = await enter()
    obeys(node)
    const before = Date.now() - 3_600_000
    await command("open")
    const after = Date.now() - 3_600_000
    const { expires } = await node.hears("command")
    expect(expires).toBeGreaterThanOrEqual(before + 5000)
    expect(expires).toBeLessThanOrEqual(after + 5000)
  })

  it("is told in the audit before its cloud node hears of it, with who asked and nothing personal", async () => {
    await open(patient)
    const node = await enter()
    const seen = new Promise<readonly Told[]>((resolve) => {
      heeds(node, async (told) => {
        resolve(await audit())
        node.send(done(told))
      })
    })
    expect(await command("virtual-read", { holderId: someone.id })).toMatchObject({ status: 204 })
    expect(await seen).toMatchObject([
      {
        by: { id: clientId, name: "The tests", from: "127.0.0.1" },
        system: systemId,
        deeds: [{ what: "device.virtual-read", id: frontDoor.id, now: { holderId: someone.id } }],
      },
    ])
    expect(JSON.stringify(await seen)).not.toContain(someone.lastName)
  })

  it("that the cloud node refuses is answered with its reason", async () => {
    await open()
    const node = await enter()
    heeds(node, ({ id }) =>
      node.send({ type: "commandRefused", id, code: "not_possible", message: "The door has no lock." }),
    )
    const met = await command("open")
    expect(met).toMatchObject({ status: 409, code: "command_refused" })
    expect(met.message).toContain("It says not_possible: The door has no lock.")
  })

  it("that is not answered in its time is given up, and what is answered later, twice or about nothing is left aside", async () => {
    await open(hasty)
    const node = await enter()
    expect(await command("open")).toMatchObject({ status: 504, code: "command_unanswered" })
    const late = await node.hears("command")
    for (const id of [late.id, late.id, "never sent"]) {
      node.send({ type: "commandDone", id })
      node.send({ type: "commandRefused", id, code: "late" })
    }
    obeys(node)
    expect(await command("close")).toMatchObject({ status: 204 })
    expect(node.heard.all.some(({ type }) => type === "refused")).toBe(false)
  })

  it("is given up at once when its link ends before it is answered", async () => {
    await open(patient)
    const node = await enter()
    heeds(node, () => node.socket.terminate())
    expect(await command("open")).toMatchObject({ status: 504, code: "command_unanswered" })
  })

  it("is given up when a newer link counts, and the next goes to that one", async () => {
    await open(patient)
    const older = await enter()
    const asked = command("open")
    await older.hears("command")
    const newer = await enter()
    obeys(newer)
    expect(await asked).toMatchObject({ status: 504, code: "command_unanswered" })
    expect(await command("close")).toMatchObject({ status: 204 })
    expect((await newer.hears("command")).command).toBe("close")
  })

  it("to a cloud node that is away is refused, may be sent again, and is told nowhere", async () => {
    await open()
    const away = { status: 503, code: "cloud_node_away", retryAfter: "10" }
    expect(await command("open")).toMatchObject(away)
    // One that has not said hello is not there either.
    await (await connect()).hears("challenge")
    expect(await command("open")).toMatchObject(away)
    const node = await enter()
    node.socket.close()
    await node.closed
    expect(await command("open")).toMatchObject(away)
    expect(await audit()).toEqual([])
  })

  it("to a cloud node that speaks version 1 alone is refused, and is told nowhere", async () => {
    await open()
    const node = await connect()
    expect((await node.enter(serialNumber, key, { versions: { min: 1, max: 1 } })).version).toBe(1)
    expect(await command("open")).toMatchObject({ status: 409, code: "command_not_spoken" })
    expect(node.heard.all.map(({ type }) => type)).toEqual(["challenge", "welcome"])
    expect(await audit()).toEqual([])
  })

  it("to another system's device, or another cloud node's, is refused as anything there is", async () => {
    await open()
    const device = otherDoor.id
    const at = (where: object): Promise<Met> => ask(house, token, "open", {}, { device, ...where })
    const node = otherNode.id
    expect(await at({ system: otherSystemId, node })).toMatchObject({ code: "system_mismatch" })
    expect(await at({ node })).toMatchObject({ code: "cloud_node_unknown" })
    expect(await at({})).toMatchObject({ code: "object_unknown" })
  })

  it("under way is answered when the server is asked to end", async () => {
    await open(patient)
    const node = await enter()
    const asked = command("open")
    const told = await node.hears("command")
    const ended = house.server().close()
    node.send(done(told))
    expect(await asked).toMatchObject({ status: 204 })
    await ended
  })
})

describe("The metrics", () => {
  it("count commands by how they ended, and measure how soon they were answered", async () => {
    await open({ metricsPort: 0, ...patient })
    const silent = await enter()
    heeds(silent, () => silent.socket.terminate())
    await command("open")
    const answers: ((told: Command) => object)[] = [
      done,
      ({ id }) => ({ type: "commandRefused", id, code: "late" }),
      done,
    ]
    const node = await enter()
    heeds(node, (told) => node.send(answers.shift()!(told)))
    for (const name of ["open", "close", "open"]) await command(name)
    const text = await (await fetch(metricsUrlOf(house))).text()
    expect(text).toContain('doorstream_commands_total{end="done"} 2')
    expect(text).toContain('doorstream_commands_total{end="refused"} 1')
    expect(text).toContain('doorstream_commands_total{end="unanswered"} 1')
    expect(text).toContain("doorstream_command_answer_seconds_count 3")
  })
})
