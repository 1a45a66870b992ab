/** When listeners are told that a cloud node has come or gone, and when not. PROTOCOL §16. */
import { afterEach, describe, expect, it } from "vitest"
import {
  cloudNode,
  doorReport,
  openHouse,
  systemId,
  type House,
  type HouseSettings,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { askPanel, openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode

let house: House
const nodes: RawNode[] = []
const listeners: Listening[] = []
afterEach(async () => {
  nodes.splice(0).forEach(({ socket }) => socket.terminate())
  listeners.splice(0).forEach((each) => each.close())
  await house.close()
  expect(house.told.filter(({ level }) => level === "error")).toEqual([])
})

async function open(silence: number, more: HouseSettings = {}): Promise<string> {
  house = await openHouse({ ...more, nodes: { silence } })
  return registerPanel(house)
}

async function enter(key: string): Promise<RawNode> {
  const node = await openRawNode(house.url)
  nodes.push(node)
  await node.enter(serialNumber, key)
  return node
}

async function hear(): Promise<Listening> {
  const listening = await listen(house.url, await house.token(), ["*"])
  for (const topic of ["connected", "disconnected", "unregistered", "deleted"])
    (listening.socket.on as (name: string, hear: (event: Record<string, unknown>) => void) => void)(
      `cloudnode.${topic}`,
      (event) => listening.heard.add({ topic: `cloudnode.${topic}`, event }),
    )
  ;(listening.socket.on as (name: string, hear: (event: Record<string, unknown>) => void) => void)(
    "device.input.rex.on",
    (event) => listening.heard.add({ topic: "device.input.rex.on", event }),
  )
  listeners.push(listening)
  return listening
}

const topicsOf = ({ heard }: Listening): string[] => heard.all.map(({ topic }) => topic)

/** What comes after everything before it: so nothing else was said. */
async function untilAReport(listening: Listening): Promise<string[]> {
  const { topic, occurred, ...report } = doorReport("device.input.rex.on")
  await house.report({ ...report, topic, occurred })
  await listening.heard.until((all) => all.some(({ event }) => event["occurred"] === occurred))
  return topicsOf(listening)
}

describe("A cloud node", () => {
  it("is told to have come before its first report, as the specification writes it", async () => {
    const key = await open(30_000)
    const listening = await hear()
    const node = await enter(key)
    node.send({ type: "reports", reports: [doorReport("device.input.rex.on")] })
    await node.hears("acknowledged")
    await listening.heard.atLeast(2)
    expect(topicsOf(listening)).toEqual(["cloudnode.connected", "device.input.rex.on"])
    const { event } = listening.heard.all[0]!
    expect(event).toEqual({
      serialNumber,
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    })
  })

  it("is told to be gone when it has been away for the silence, with the time at which it was heard last", async () => {
    const key = await open(300)
    const listening = await hear()
    const node = await enter(key)
    const before = Date.now()
    node.socket.terminate()
    await listening.heard.atLeast(2)
    expect(topicsOf(listening)).toEqual(["cloudnode.connected", "cloudnode.disconnected"])
    const { event } = listening.heard.all[1]!
    expect(Object.keys(event)).toEqual(["serialNumber", "timestamp"])
    expect(event["timestamp"]).toBeGreaterThanOrEqual(before - 300)
    expect(event["timestamp"]).toBeLessThanOrEqual(Date.now() - 300)
  })

  it("that falls silent loses its link by a code, and is told to be gone", async () => {
    const key = await open(300)
    const listening = await hear()
    const node = await enter(key)
    // It is there, but its machine has stopped: it answers no ping.
    node.socket.pause()
    await listening.heard.atLeast(2)
    expect(topicsOf(listening)).toEqual(["cloudnode.connected", "cloudnode.disconnected"])
    node.socket.resume()
    expect(await node.closed).toEqual([4408, "link_silent"])
  })

  it("that says nothing but answers pings stays", async () => {
    const key = await open(200)
    const listening = await hear()
    const node = await enter(key)
    let pings = 0
    await new Promise<void>((resolve) => node.socket.on("ping", () => (pings += 1) === 9 && resolve()))
    expect(await untilAReport(listening)).toEqual(["cloudnode.connected", "device.input.rex.on"])
  })

  it("that comes back in time was never away for listeners, nor when a newer link takes over", async () => {
    const key = await open(30_000)
    const listening = await hear()
    const first = await enter(key)
    first.socket.terminate()
    const second = await enter(key)
    await enter(key)
    expect(await second.closed).toEqual([4409, "link_replaced"])
    expect(await untilAReport(listening)).toEqual(["cloudnode.connected", "device.input.rex.on"])
  })

  it("whose older link was taken over stays there for as long as the newer one lives, which unregistering ends", async () => {
    const key = await open(200)
    const listening = await hear()
    await enter(key)
    const newer = await enter(key)
    let pings = 0
    await new Promise<void>((resolve) => newer.socket.on("ping", () => (pings += 1) === 9 && resolve()))
    expect(await untilAReport(listening)).toEqual(["cloudnode.connected", "device.input.rex.on"])
    await askPanel(house, "DELETE")
    expect(await newer.closed).toEqual([4403, "panel_unregistered"])
  })

  it("that comes back after a restart of the server causes no event, and is told to come back", async () => {
    const key = await open(30_000)
    const node = await enter(key)
    await house.restart()
    expect(await node.closed).toEqual([1012, "draining"])
    const listening = await hear()
    await enter(key)
    expect(await untilAReport(listening)).toEqual(["device.input.rex.on"])
  })

  it("that does not come back after a restart is told to be gone once", async () => {
    const key = await open(300)
    await enter(key)
    await house.server().close()
    await house.restart()
    const listening = await hear()
    await listening.heard.atLeast(1)
    await house.restart()
    const again = await hear()
    expect(await untilAReport(again)).toEqual(["device.input.rex.on"])
    expect(topicsOf(listening)).toEqual(["cloudnode.disconnected"])
  })

  it("that is unregistered is told to be gone first, loses its link at once, and its key is good no more", async () => {
    const key = await open(30_000)
    const listening = await hear()
    const node = await enter(key)
    expect((await askPanel(house, "DELETE")).status).toBe(204)
    expect(await node.closed).toEqual([4403, "panel_unregistered"])
    await expect(enter(key)).rejects.toThrow("4401 key_wrong")
    expect(await untilAReport(listening)).toEqual([
      "cloudnode.connected",
      "cloudnode.disconnected",
      "cloudnode.unregistered",
      "device.input.rex.on",
    ])
  })

  it("that is deleted is told to be gone, unregistered and deleted, in this order, and its link ends", async () => {
    const key = await open(30_000)
    const listening = await hear()
    const node = await enter(key)
    const headers = { Authorization: `Bearer ${await house.token()}` }
    const path = `/${systemId}/cloud-nodes/${cloudNode.id}`
    expect((await fetch(house.url + path, { method: "DELETE", headers })).status).toBe(204)
    expect(await node.closed).toEqual([4403, "panel_unregistered"])
    await listening.heard.atLeast(4)
    expect(topicsOf(listening)).toEqual([
      "cloudnode.connected",
      "cloudnode.disconnected",
      "cloudnode.unregistered",
      "cloudnode.deleted",
    ])
  })
})
