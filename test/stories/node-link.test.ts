/** A cloud node's life on its link, told by a client that keeps to the protocol: cuts, restarts, rotations. */
import { afterEach, expect, describe, it } from "vitest"
import { NodeClient } from "@doorstream/simulator"
import { cloudNode, doorReport, openHouse, type House } from "../support/house.js"
import { listen } from "../support/listeners.js"
import { registerPanel } from "../support/raw-node.js"

const { serialNumber } = cloudNode
const rex = "device.input.rex.on"
const pauses = { first: 5, most: 50 }

let house: House
let node: NodeClient
afterEach(async () => {
  node.close()
  await house.close()
})

const settings = { nodes: { reportsPerSecond: Infinity }, options: { drainWithin: 500 } }
const rounds = process.env["DOORSTREAM_SOAK"] === "1" ? 200 : 12

describe("A cloud node on a bad network", () => {
  it("has every report heard once and in its order, whatever is cut, also while the server is restarted", async () => {
    house = await openHouse(settings)
    const key = await registerPanel(house)
    const listening = await listen(house.url, await house.token(), [rex], { reconnectionDelay: 10 })
    let welcomes = 0
    node = new NodeClient({
      url: house.url,
      serialNumber,
      keys: [key],
      pauses,
      onWelcome: () => {
        welcomes += 1
        // The next cut comes while reports are under way.
        if (welcomes < rounds) setImmediate(() => node.cut())
      },
    })
    const reports = Array.from({ length: 400 * rounds }, () => doorReport(rex))
    for (let from = 0; from < reports.length; from += 100) node.send(reports.slice(from, from + 100))
    await node.settle()
    expect(welcomes).toBeGreaterThanOrEqual(rounds)
    const before = [doorReport(rex), doorReport(rex)]
    const restarted = house.restart()
    node.send(before)
    await restarted
    await node.settle()
    listening.close()

    const all = [...reports, ...before]
    const { accepted } = await house.report(all.slice(0, 1000))
    const first = accepted[0]!.position
    expect(accepted.map(({ position }) => position)).toEqual(accepted.map((_, index) => first + index))
    // Beside them stand the panel's registration, that the node is to be synced, and its coming.
    expect(await house.server().eventsKept()).toBe(all.length + 3)
  })

  it("rotates its key through cuts and never locks itself out", async () => {
    house = await openHouse(settings)
    let kept: readonly string[] = [await registerPanel(house)]
    const ends: string[] = []
    let welcomed: () => void = () => undefined
    const options = {
      url: house.url,
      serialNumber,
      pauses,
      keep: async (keys: readonly string[]) => void (kept = keys),
      onEnd: (_: number, reason: string) => void ends.push(reason),
      onWelcome: () => welcomed(),
    }
    const welcome = () => new Promise<void>((resolve) => (welcomed = resolve))
    const first = welcome()
    node = new NodeClient({ ...options, keys: kept })
    await first
    for (let round = 0; round < rounds; round += 1) {
      const again = welcome()
      void node.rotateKey()
      // At another moment of the rotation each time.
      for (let turn = 0; turn < round * 3; turn += 1) await new Promise(setImmediate)
      node.cut()
      await again
    }
    const before = kept
    await node.rotateKey()
    expect(kept).toHaveLength(1)
    expect(before).not.toContain(kept[0])
    node.close()
    const last = welcome()
    node = new NodeClient({ ...options, keys: kept })
    await last
  })
})
