import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { LinkServer, type Conversation } from "../../test/link-server.js"
import type { Sending } from "../building/lines.js"
import { Fleet } from "./fleet.js"
import { LinkedNode } from "./linked-node.js"

let server: LinkServer
let stop: AbortController
let fleet: Fleet
beforeEach(async () => {
  server = await LinkServer.listen()
  stop = new AbortController()
  fleet = new Fleet(stop.signal)
})
afterEach(async () => {
  fleet.close()
  await server.close()
})

/** A cloud node of the fleet, and its server's end. */
async function add(id: string): Promise<{ node: LinkedNode; link: Conversation }> {
  const node: LinkedNode = new LinkedNode({
    url: server.url,
    node: { id, name: id },
    panel: { serialNumber: id, key: "good" },
    onTrouble: () => undefined,
    onAnswer: () => fleet.stirred(),
    onCommand: async () => undefined,
    onSync: () => undefined,
    onGone: () => undefined,
    onHopeless: () => undefined,
    pauses: { first: 1, most: 2 },
  })
  const link = await server.link(fleet.all.length + 1)
  fleet.add(node)
  await link.welcome({ credits: 0 })
  return { node, link }
}

let count = 0
const reports = (cloudNodeId: string, many: number): Sending[] =>
  Array.from({ length: many }, () => ({
    kind: "report",
    cloudNodeId,
    report: { id: `r-${++count}`, topic: "device.input.dps.opened", occurred: 0, body: { deviceId: "d" } },
  }))

/** Whether it is resolved by the time that everything else was done that could be. */
async function isResolved(promise: Promise<unknown>): Promise<boolean> {
  let resolved = false
  void promise.then(() => (resolved = true))
  await new Promise(setImmediate)
  return resolved
}

describe("A fleet of cloud nodes", () => {
  it("takes no more than some 5,000 reports that wait, and more as soon as some were answered", async () => {
    const { link } = await add("one")
    expect(await isResolved(fleet.take(reports("one", 5_000)))).toBe(true)
    const taking = fleet.take(reports("one", 100))
    expect(await isResolved(taking)).toBe(false)
    expect(fleet.waiting).toBe(5_100)
    link.say({ type: "credits", credits: 100, time: 0 })
    await link.accepts()
    await taking
    expect([fleet.waiting, fleet.reported]).toEqual([5_000, 100])
  })

  it("does not wait for what is behind a cut cable, nor after the end", async () => {
    await add("one")
    const { node } = await add("two")
    const taking = fleet.take(reports("two", 6_000))
    expect(await isResolved(taking)).toBe(false)
    node.cutCable()
    fleet.stirred()
    await taking
    const last = fleet.take(reports("one", 6_000))
    expect(await isResolved(last)).toBe(false)
    stop.abort()
    await last
  })

  it("sends what is left in the end, also what was behind a cut cable", async () => {
    const { node, link } = await add("one")
    await fleet.take([{ kind: "left", cloudNodeId: "one", at: 0 }, ...reports("one", 2)])
    await link.gone
    expect(node.client.isLinked).toBe(false)
    const settled = fleet.settle(60_000)
    const again = await server.link(2)
    await again.welcome()
    await again.accepts()
    await settled
    expect([fleet.waiting, fleet.reported]).toEqual([0, 2])
  })

  it("gives up what is left so long after the end", async () => {
    await add("one")
    await fleet.take(reports("one", 2))
    const settled = fleet.settle(1)
    expect(await isResolved(settled)).toBe(false)
    stop.abort()
    await settled
    expect(fleet.waiting).toBe(2)
  })
})
