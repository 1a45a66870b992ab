/** A thousand commands at once: each is answered, and nobody else is harmed. PROTOCOL §19. */
import { afterEach, describe, expect, it } from "vitest"
import { command, done, obeys, servedVersions, type Met } from "../support/commanding.js"
import {
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  otherDoor,
  otherNode,
  otherSystemId,
  systemId,
  type House,
} from "../support/house.js"
import { Heard, listen, type Listening } from "../support/listeners.js"
import { operate } from "../support/operator.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"

const topic = "device.input.dps.opened"

let house: House
let token: string
const nodes: RawNode[] = []
let listening: Listening | undefined
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  listening?.close()
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

async function enter(node = cloudNode, system = systemId): Promise<RawNode> {
  const raw = await openRawNode(house.url)
  nodes.push(raw)
  const key = await registerPanel(house, { node: node.id, system })
  await raw.enter(node.serialNumber, key, servedVersions)
  return raw
}

async function open(commandLife: number): Promise<RawNode> {
  house = await openHouse({ options: { commandLife } })
  token = await house.token()
  return enter()
}

const thousand = () => Array.from({ length: 1000 }, () => command(house, token, "try-open", { dwell: 1 }))

describe("A thousand commands at once", () => {
  it("are each answered: as many as may wait are sent, the others may come again", async () => {
    const node = await open(600_000)
    const asked = thousand()
    await node.hears("command", 256)
    // The node has answered nothing until here, so whoever comes beyond the bound is refused.
    const answered = new Heard<Met>()
    for (const each of asked) void each.then((met) => answered.add(met))
    await answered.atLeast(744)
    for (const message of node.heard.all) if (message.type === "command") node.send(done(message))

    const met = await Promise.all(asked)
    expect(met.filter(({ status }) => status === 204)).toHaveLength(256)
    for (const each of met)
      if (each.status !== 204)
        expect(each).toMatchObject({ status: 429, code: "too_many_commands", retryAfter: "1" })
    const { body } = await operate<{ records: unknown[] }>(house, "GET", "/audit?what=device&per_page=1000")
    expect(body.records).toHaveLength(256)
    expect(body.records[0]).toMatchObject({ deeds: [{ what: "device.try-open", id: frontDoor.id }] })
  })

  it("keep neither another cloud node waiting, nor reports, nor who listens", async () => {
    const node = await open(600_000)
    const other = await enter(otherNode, otherSystemId)
    obeys(other)
    const otherToken = await house.token(otherSystemId)
    listening = await listen(house.url, token, [topic])

    const asked = thousand()
    await node.hears("command", 256)
    const where = { system: otherSystemId, node: otherNode.id, device: otherDoor.id }
    expect(await command(house, otherToken, "open", {}, where)).toMatchObject({ status: 204 })
    node.send({ type: "reports", reports: [doorReport(topic)] })
    expect((await node.hears("acknowledged")).accepted).toHaveLength(1)
    await listening.heard.atLeast(1)
    node.socket.terminate()
    const codes = new Set((await Promise.all(asked)).map(({ code }) => code))
    codes.delete("cloud_node_away")
    expect(codes).toEqual(new Set(["command_unanswered", "too_many_commands"]))
  })

  it("to a cloud node that answers none are given up, and leave room for others", async () => {
    const node = await open(1000)
    for (const { status } of await Promise.all(thousand())) expect([429, 504]).toContain(status)
    obeys(node)
    expect(await command(house, token, "open")).toMatchObject({ status: 204 })
  })
})
