/** How fast a cloud node may fill in, and what a crowd of links or a drain does to it. PROTOCOL §16. */
import { once } from "node:events"
import { request, type IncomingMessage } from "node:http"
import { linkPath } from "@doorstream/contract"
import { afterEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { cloudNode, doorReport, openHouse, systemId, type House } from "../support/house.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode
const rex = "device.input.rex.on"
const some = (count: number): object[] => Array.from({ length: count }, () => doorReport(rex))

let house: House
const sockets: { terminate(): void }[] = []
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.terminate())
  await house.close()
})

async function enter(key: string): Promise<RawNode> {
  const node = await openRawNode(house.url)
  sockets.push(node.socket)
  await node.enter(serialNumber, key)
  return node
}

/** Sends a window full, in frames that are small enough. */
async function sendAll(node: RawNode, frames: number, of: number): Promise<number> {
  for (let frame = 1; frame <= frames; frame += 1) node.send({ type: "reports", reports: some(of) })
  await node.hears("acknowledged", frames)
  return node.heard.all.reduce(
    (sum, each) => sum + ("credits" in each && each.type !== "welcome" ? each.credits : 0),
    0,
  )
}

describe("A cloud node that was away for days", () => {
  it("may send a window at once, then as the server grants; more ends the link, and none of it is kept", async () => {
    house = await openHouse({ nodes: { reportsPerSecond: 1 } })
    const node = await enter(await registerPanel(house))
    const granted = await sendAll(node, 5, 200)
    expect(granted).toBeLessThan(200)
    const report = doorReport(rex)
    node.send({ type: "reports", reports: [...some(199), report] })
    expect(await node.closed).toEqual([4429, "credits_exceeded"])
    // The same report is new to the log: the next position is its own.
    const { accepted } = await house.report([report, doorReport(rex)])
    expect(accepted[1]!.position).toBe(accepted[0]!.position + 1)
    expect(await house.server().eventsKept()).toBe(1000 + 2 + 3)
  })

  it("has no more by coming back again and again", async () => {
    house = await openHouse({ nodes: { reportsPerSecond: 1 } })
    const key = await registerPanel(house)
    await sendAll(await enter(key), 5, 200)
    const again = await openRawNode(house.url)
    sockets.push(again.socket)
    expect((await again.enter(serialNumber, key)).credits).toBeLessThan(100)
  })

  it("is granted credits by themselves when there are some", async () => {
    house = await openHouse({ nodes: { reportsPerSecond: 1000 } })
    const node = await enter(await registerPanel(house))
    await sendAll(node, 5, 200)
    const { credits, time } = await node.hears("credits")
    expect(credits).toBeGreaterThan(0)
    expect(time).toBeGreaterThan(0)
  })
})

describe("A planned restart", () => {
  it("has what is under way acknowledged, and tells nodes to come back", async () => {
    house = await openHouse()
    const key = await registerPanel(house)
    const node = await enter(key)
    const reports = some(300)
    node.send({ type: "reports", reports })
    // What came before a ping has arrived when it is answered.
    node.socket.ping()
    await once(node.socket, "pong")
    const closing = house.server().close()
    expect(await node.closed).toEqual([1012, "draining"])
    const { accepted } = await node.hears("acknowledged")
    expect(accepted).toHaveLength(300)
    await closing
    await house.restart()
    const again = await enter(key)
    again.send({ type: "reports", reports })
    expect((await again.hears("acknowledged")).accepted).toEqual(accepted)
  })

  it("lets no new link in while it drains", async () => {
    house = await openHouse()
    const path = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`
    const headers = { Authorization: `Bearer ${await house.token()}`, Expect: "100-continue" }
    const sending = request(house.url + path, { method: "POST", headers })
    sending.flushHeaders()
    await once(sending, "continue")
    const closing = house.server().close()
    const late = new WebSocket(house.url.replace("http", "ws") + linkPath)
    const [, { statusCode }] = (await once(late, "unexpected-response")) as [unknown, { statusCode: number }]
    expect(statusCode).toBe(503)
    late.on("error", () => undefined).terminate()
    sending.end("[]")
    await closing
  })
})

describe("A crowd of links that prove nothing", () => {
  it("leaves room for those who do: beyond a thousand they are told to come later, and each has its time", async () => {
    house = await openHouse({ options: { proveWithin: 3000 } })
    const key = await registerPanel(house)
    let refused = 0
    const come = async (): Promise<WebSocket> => {
      const socket = new WebSocket(house.url.replace("http", "ws") + linkPath)
      sockets.push(socket)
      socket.on("error", () => undefined)
      const answered = once(socket, "unexpected-response") as Promise<[unknown, IncomingMessage]>
      const later = await Promise.race([once(socket, "open"), answered])
      if (later.length === 0) return socket
      const { statusCode, headers } = later[1] as IncomingMessage
      expect([statusCode, headers["retry-after"]]).toEqual([503, "5"])
      refused += 1
      socket.terminate()
      return socket
    }
    const crowd = Array.from({ length: 1100 }, come)
    const opened = await Promise.all(crowd)
    expect(refused).toBeGreaterThan(0)
    await Promise.all(
      opened.filter(({ readyState }) => readyState === WebSocket.OPEN).map((socket) => once(socket, "close")),
    )
    const node = await enter(key)
    node.send({ type: "reports", reports: some(1) })
    expect((await node.hears("acknowledged")).accepted).toHaveLength(1)
  })
})
