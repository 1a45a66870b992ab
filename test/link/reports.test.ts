/** Reports over the node link: acknowledged when they are on disk, refused one by one, paced by credits. PROTOCOL §16. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { cloudNode, doorReport, openHouse, otherDoorReport, systemId, type House } from "../support/house.js"
import { listen } from "../support/listeners.js"
import { scrapeOf } from "../support/metrics.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"

const { serialNumber } = cloudNode
const opened = "device.input.dps.opened"

let house: House
let key: string
const nodes: RawNode[] = []
beforeAll(async () => {
  house = await openHouse({ nodes: { reportsPerSecond: Infinity } })
  key = await registerPanel(house)
})
afterEach(() => nodes.splice(0).forEach(({ socket }) => socket.terminate()))
afterAll(() => house.close())

async function enter(): Promise<RawNode> {
  const node = await openRawNode(house.url)
  nodes.push(node)
  await node.enter(serialNumber, key)
  return node
}

describe("A cloud node that has proven its key", () => {
  it("is told who it is, what it may send, and what time it is", async () => {
    const node = await openRawNode(house.url)
    nodes.push(node)
    const before = Date.now()
    const welcome = await node.enter(serialNumber, key)
    expect(welcome).toEqual({
      type: "welcome",
      version: 1,
      systemId,
      cloudNodeId: cloudNode.id,
      silence: 30_000,
      credits: 1000,
      time: expect.any(Number),
    })
    expect(welcome.time).toBeGreaterThanOrEqual(before)
  })

  it("has its reports acknowledged in their order, and listeners hear them", async () => {
    const listening = await listen(house.url, await house.token(), [opened])
    const node = await enter()
    const reports = [doorReport(opened), doorReport(opened), doorReport(opened)]
    node.send({ type: "reports", reports: reports.slice(0, 2) })
    node.send({ type: "reports", reports: reports.slice(2) })
    const [first, second] = [await node.hears("acknowledged"), await node.hears("acknowledged", 2)]
    expect(first.accepted.map(({ id }) => id)).toEqual(reports.slice(0, 2).map(({ id }) => id))
    expect(second.accepted).toEqual([{ id: reports[2]!.id, position: first.accepted[1]!.position + 1 }])
    expect(Math.abs(second.time - Date.now())).toBeLessThan(60_000)
    const said = await listening.heard.atLeast(3)
    expect(said.map(({ event }) => event["occurred"])).toEqual(reports.map(({ occurred }) => occurred))
    listening.close()
  })

  it("sends again what was not acknowledged, over HTTP or another link, and nothing is doubled", async () => {
    const report = doorReport(opened)
    const first = await enter()
    first.send({ type: "reports", reports: [report] })
    const { accepted } = await first.hears("acknowledged")
    first.socket.terminate()
    const second = await enter()
    second.send({ type: "reports", reports: [report] })
    expect((await second.hears("acknowledged")).accepted).toEqual(accepted)
    expect((await house.report(report)).accepted).toEqual(accepted)
  })

  it("is refused by code, one report by itself: another node's device, a topic of the server's own, nonsense", async () => {
    const node = await enter()
    const good = doorReport(opened)
    const reports = [otherDoorReport(opened), doorReport("cloudnode.connected"), 7, good]
    node.send({ type: "reports", reports })
    const { accepted, refused, credits } = await node.hears("acknowledged")
    expect(accepted.map(({ id }) => id)).toEqual([good.id])
    expect(refused.map(({ code }) => code)).toEqual([
      "device_unknown",
      "topic_not_reportable",
      "report_invalid",
    ])
    expect(refused.map(({ id }) => id)).toEqual([
      ...reports.slice(0, 2).map((each) => (each as { id: string }).id),
      null,
    ])
    expect(credits).toBe(4)
  })
})

describe("The metrics", () => {
  it("count links, what they report, and credits", async () => {
    const own = await openHouse({ metricsPort: 0 })
    const node = await openRawNode(own.url)
    nodes.push(node, await openRawNode(own.url))
    await node.enter(serialNumber, await registerPanel(own))
    node.send({ type: "reports", reports: [doorReport(opened), 7] })
    await node.hears("acknowledged")
    const numbers = await scrapeOf(own)
    expect(numbers.get('doorstream_node_links{state="open"}')).toBe(1)
    expect(numbers.get('doorstream_node_links{state="unproven"}')).toBe(1)
    expect(numbers.get("doorstream_node_link_reports_total")).toBe(1)
    expect(numbers.get("doorstream_node_link_credits_granted_total")).toBeGreaterThanOrEqual(1000)
    expect(numbers.get("doorstream_node_link_credits")).toBeLessThanOrEqual(1000)
    await own.close()
  })
})
