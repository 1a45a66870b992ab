/** Panels and their keys: registered, rotated over the link, and good for nothing afterwards. PROTOCOL §16. */
import { connect } from "node:net"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { cloudNode, openHouse, otherNode, otherSystemId, systemId, type House } from "../support/house.js"
import { askPanel, openRawNode, proofOf, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode

let house: House
const nodes: RawNode[] = []
beforeEach(async () => void (house = await openHouse()))
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  await house.close()
})

async function enter(key: string, serial = serialNumber): Promise<RawNode> {
  const node = await openRawNode(house.url)
  nodes.push(node)
  await node.enter(serial, key)
  return node
}

const codeOf = async (answer: Response): Promise<unknown> => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
]

describe("A panel", () => {
  it("is registered with its cloud node's serial number, and its key is answered once", async () => {
    const answer = await askPanel(house, "POST")
    expect(answer.status).toBe(201)
    expect(answer.headers.get("cache-control")).toBe("no-store")
    const { key, ...panel } = (await answer.json()) as Record<string, string>
    expect(key).toMatch(/^[\w-]{43}$/)
    expect(panel).toEqual({ cloudNodeId: cloudNode.id, serialNumber, registered: expect.any(String) })
    expect(await (await askPanel(house, "GET")).json()).toEqual(panel)
    expect(await codeOf(await askPanel(house, "POST"))).toEqual([409, "panel_registered"])
  })

  it("is registered by a client that sends no body and does not say so, as curl does", async () => {
    const { hostname, port } = new URL(house.url)
    const socket = connect(Number(port), hostname)
    const head = [
      `POST /${systemId}/cloud-nodes/${cloudNode.id}/panel HTTP/1.1`,
      `Host: ${hostname}`,
      `Authorization: Bearer ${await house.token()}`,
      "Connection: close",
    ]
    socket.write(`${head.join("\r\n")}\r\n\r\n`)
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 201 /)
  })

  it("with another serial number gives it to its cloud node: events and links have that one", async () => {
    const key = await registerPanel(house, { body: '{"serialNumber":"5678DEF"}' })
    await enter(key, "5678DEF")
    await expect(enter(key)).rejects.toThrow("key_wrong")
  })

  it("is registered once in the whole house, whatever system asks", async () => {
    await registerPanel(house)
    const other = { node: otherNode.id, system: otherSystemId, body: JSON.stringify({ serialNumber }) }
    expect(await codeOf(await askPanel(house, "POST", other))).toEqual([409, "serial_number_taken"])
    expect((await askPanel(house, "DELETE")).status).toBe(204)
    const key = await registerPanel(house, other)
    const node = await openRawNode(house.url)
    nodes.push(node)
    expect(await node.enter(serialNumber, key)).toMatchObject({
      systemId: otherSystemId,
      cloudNodeId: otherNode.id,
    })
  })

  it("is asked for with scope manage, of a cloud node that is there, with a body that says something", async () => {
    expect(await codeOf(await askPanel(house, "POST", { node: "none" }))).toEqual([404, "cloud_node_unknown"])
    expect(await codeOf(await askPanel(house, "DELETE"))).toEqual([404, "panel_unknown"])
    expect(await codeOf(await askPanel(house, "GET"))).toEqual([404, "panel_unknown"])
    expect(await codeOf(await askPanel(house, "POST", { body: "{" }))).toEqual([400, "json_malformed"])
    for (const body of ['"1234ABC"', "[]", '{"serialNumber":7}', '{"serialNumber":""}', '{"serial":"1"}'])
      expect(await codeOf(await askPanel(house, "POST", { body }))).toEqual([422, "object_invalid"])
    const own = await openHouse({ clientScopes: ["listen", "report"] })
    expect(await codeOf(await askPanel(own, "POST"))).toEqual([403, "scope_missing"])
    await own.close()
  })

  it("that was unregistered takes its key with it, also when it is registered again", async () => {
    const first = await registerPanel(house)
    await askPanel(house, "DELETE")
    await expect(enter(first)).rejects.toThrow("key_wrong")
    const second = await registerPanel(house)
    await expect(enter(first)).rejects.toThrow("key_wrong")
    await enter(second)
  })

  it("is known after a restart", async () => {
    const key = await registerPanel(house)
    await house.restart()
    await enter(key)
  })
})

/** Asks for a new key, and says that it is kept. */
async function rotate(node: RawNode, nth = 1): Promise<string> {
  node.send({ type: "rotateKey" })
  const { key } = await node.hears("newKey", nth)
  const { nonce } = await node.hears("challenge")
  node.send({ type: "keyKept", proof: proofOf(key, nonce, serialNumber) })
  await node.hears("keyReplaced", nth)
  return key
}

describe("A key", () => {
  it("is rotated over the link: the new one is good, the old one no more, and the link goes on", async () => {
    const old = await registerPanel(house)
    const node = await enter(old)
    const first = await rotate(node)
    const second = await rotate(node, 2)
    for (const dead of [old, first]) await expect(enter(dead)).rejects.toThrow("key_wrong")
    await enter(second)
    expect(JSON.stringify(house.told)).not.toContain(second)
  })

  it("stays good until the new one was proven, whatever cut comes in between", async () => {
    const old = await registerPanel(house)
    const cut = await enter(old)
    cut.send({ type: "rotateKey" })
    const { key } = await cut.hears("newKey")
    cut.socket.terminate()
    // Whether the node has kept the new one or not: it comes back with what it has, after a restart too.
    await house.restart()
    await enter(old)
    await enter(key)
    // That was proof enough that it is kept.
    await expect(enter(old)).rejects.toThrow("key_wrong")
    await enter(key)
  })

  it("that was offered and lost does not stay good beside a later one", async () => {
    const old = await registerPanel(house)
    const node = await enter(old)
    node.send({ type: "rotateKey" })
    const { key: lost } = await node.hears("newKey")
    node.send({ type: "rotateKey" })
    const { key: kept } = await node.hears("newKey", 2)
    await expect(enter(lost)).rejects.toThrow("key_wrong")
    await enter(old)
    await enter(kept)
  })

  it("is not taken for kept on the proof of another", async () => {
    const old = await registerPanel(house)
    const node = await enter(old)
    node.send({ type: "rotateKey" })
    const { nonce } = await node.hears("challenge")
    await node.hears("newKey")
    node.send({ type: "keyKept", proof: proofOf(old, nonce, serialNumber) })
    expect(await node.closed).toEqual([4401, "key_wrong"])
    await enter(old)
  })

  it("of one system is nobody's in another", async () => {
    const key = await registerPanel(house)
    await registerPanel(house, { node: otherNode.id, system: otherSystemId })
    await expect(enter(key, otherNode.serialNumber)).rejects.toThrow("key_wrong")
  })
})
