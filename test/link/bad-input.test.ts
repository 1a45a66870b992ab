/** What ends a node link, and by which code: all that a cloud node, or somebody who is none, may do wrong. PROTOCOL §16. */
import { once } from "node:events"
import { linkPath, linkVersions } from "@doorstream/contract"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { ask } from "../support/ask.js"
import { cloudNode, doorReport, openHouse, type House } from "../support/house.js"
import { openRawNode, proofOf, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode
const rex = "device.input.rex.on"

let house: House
let key: string
const nodes: RawNode[] = []
beforeAll(async () => {
  house = await openHouse({ options: { proveWithin: 500 } })
  key = await registerPanel(house)
})
afterEach(() => nodes.splice(0).forEach(({ socket }) => socket.terminate()))
afterAll(() => house.close())

async function open(at = house): Promise<RawNode> {
  const node = await openRawNode(at.url)
  nodes.push(node)
  return node
}

async function enter(): Promise<RawNode> {
  const node = await open()
  await node.enter(serialNumber, key)
  return node
}

async function sayHello(changes: object): Promise<RawNode> {
  const node = await open()
  const { nonce } = await node.hears("challenge")
  const proof = proofOf(key, nonce, serialNumber)
  node.send({ type: "hello", versions: linkVersions, serialNumber, proof, ...changes })
  return node
}

/** It is told why in a message, and again in the close. */
async function expectEnd(node: RawNode, closeCode: number, code: string): Promise<void> {
  expect(await node.closed).toEqual([closeCode, code])
  expect(node.heard.all.at(-1)).toMatchObject({ type: "refused", code, message: expect.any(String) })
}

describe("A link that proves nothing", () => {
  it("ends when it says nothing for too long", async () => {
    await expectEnd(await open(), 4408, "proof_late")
  })

  it("ends where the key is wrong, or the serial number is nobody's, without telling which", async () => {
    const wrong = await sayHello({ proof: "00".repeat(32) })
    const nobody = await sayHello({ serialNumber: "0000NONE" })
    await expectEnd(wrong, 4401, "key_wrong")
    await expectEnd(nobody, 4401, "key_wrong")
    expect(wrong.heard.all.at(-1)).toEqual(nobody.heard.all.at(-1))
  })

  it("ends where the proof is another link's", async () => {
    const first = await open()
    const { nonce } = await first.hears("challenge")
    await expectEnd(await sayHello({ proof: proofOf(key, nonce, serialNumber) }), 4401, "key_wrong")
  })

  it("ends where no version is common, and the challenge says which there are", async () => {
    const node = await sayHello({ versions: { min: 3, max: 9 } })
    expect((await node.hears("challenge")).versions).toEqual(linkVersions)
    await expectEnd(node, 4400, "version_not_spoken")
  })

  it("agrees on a version with a node that speaks newer ones too", async () => {
    const node = await sayHello({ versions: { min: 0, max: 9 } })
    expect((await node.hears("welcome")).version).toBe(2)
  })

  it("ends where it says something else first", async () => {
    const node = await open()
    node.send({ type: "reports", reports: [doorReport(rex)] })
    await expectEnd(node, 4400, "message_unexpected")
  })
})

describe("A link whose key was proven", () => {
  const malformed: readonly [what: string, frame: string | Buffer][] = [
    ["no JSON", "{"],
    ["no object", "[]"],
    ["a message that there is not", '{"type":"open"}'],
    ["no reports", '{"type":"reports","reports":[]}'],
    ["reports that are no list", '{"type":"reports","reports":{}}'],
    [
      "more than 1,000 reports",
      JSON.stringify({ type: "reports", reports: Array.from({ length: 1001 }, () => 0) }),
    ],
    ["nesting without end", '{"type":"reports","reports":'.padEnd(60_000, "[")],
    ["a binary frame", Buffer.from('{"type":"rotateKey"}')],
  ]
  it.each(malformed)("ends by %s", async (_, frame) => {
    const node = await enter()
    node.socket.send(frame, { binary: typeof frame !== "string" })
    await expectEnd(node, 4400, "message_malformed")
  })

  it("ends by a second hello, and by keeping a key that was not given", async () => {
    for (const message of [
      { type: "hello", versions: linkVersions, serialNumber, proof: "00".repeat(32) },
      { type: "keyKept", proof: "00".repeat(32) },
    ]) {
      const node = await enter()
      node.send(message)
      await expectEnd(node, 4400, "message_unexpected")
    }
  })

  it("ends by a frame of more than 64 KiB, in WebSocket's own words", async () => {
    const node = await enter()
    node.send("x".repeat(65_537))
    expect((await node.closed)[0]).toBe(1009)
  })

  it("has what came before the fault acknowledged before it ends", async () => {
    const node = await enter()
    const report = doorReport(rex)
    node.send({ type: "reports", reports: [report] })
    node.send("{")
    await node.closed
    expect(node.heard.all.slice(-2)).toMatchObject([
      { type: "acknowledged", accepted: [{ id: report.id }] },
      { type: "refused", code: "message_malformed" },
    ])
  })

  it("ends where another one proves the same key: the newer one counts", async () => {
    const older = await enter()
    const newer = await enter()
    await expectEnd(older, 4409, "link_replaced")
    newer.send({ type: "reports", reports: [doorReport(rex)] })
    expect((await newer.hears("acknowledged")).accepted).toHaveLength(1)
  })

  it("ends where a node goes on sending and never reads, and the server holds no more than it must", async () => {
    const own = await openHouse({ nodes: { reportsPerSecond: Infinity } })
    const node = await open(own)
    await node.enter(serialNumber, await registerPanel(own))
    node.socket.pause()
    // Each is refused with a sentence, which is more than was sent.
    const frame = JSON.stringify({ type: "reports", reports: Array.from({ length: 500 }, () => 0) })
    const flood = setInterval(() => node.socket.bufferedAmount < 65_536 && node.socket.send(frame), 1)
    const ended = (): object | undefined =>
      own.told.find(({ text }) => text === "a node link has ended")?.fields
    await once(node.socket, "close").then(() => clearInterval(flood))
    await own.close()
    expect(ended()).toMatchObject({ ended: "answers_unread", serialNumber })
  })
})

describe("An address that asks for links", () => {
  it("is held to the limits of connections, and a link that has ended frees its place", async () => {
    const own = await openHouse({ limits: { connectionsPerAddress: 2 } })
    const first = await open(own)
    await open(own)
    const socket = new WebSocket(own.url.replace("http", "ws") + linkPath)
    const [, refused] = (await once(socket, "unexpected-response")) as [unknown, { statusCode: number }]
    expect(refused.statusCode).toBe(429)
    socket.on("error", () => undefined).terminate()
    first.socket.close()
    await first.closed
    await open(own)
    await own.close()
  })

  it("is told in a line of the log what became of each, without keys or proofs, and of nobody who proved nothing", async () => {
    const ended = (): object[] =>
      house.told.filter(({ text }) => text === "a node link has ended").map(({ fields }) => fields)
    const node = await enter()
    node.socket.close()
    await node.closed
    const nobody = await sayHello({ serialNumber: "0000NONE" })
    await nobody.closed
    await expect.poll(() => ended().at(-1), { interval: 5 }).toMatchObject({ ended: "key_wrong" })
    expect(ended().at(-2)).toMatchObject({
      serialNumber,
      cloudNode: cloudNode.id,
      ended: "closed",
      closeCode: 1005,
    })
    expect(JSON.stringify(ended().at(-1))).not.toContain("NONE")
    expect(JSON.stringify(house.told)).not.toContain(key)
  })

  it("finds nothing there without a WebSocket", async () => {
    expect((await ask(house.url + linkPath, {})).statusCode).toBe(404)
  })
})
