/** A cloud node's link as an operator sees it, and ends it. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { cloudNode, openHouse, systemId, type House } from "../support/house.js"
import { operate } from "../support/operator.js"
import { openRawNode, registerPanel, type RawNode } from "../support/raw-node.js"
import { demoBuilding } from "@doorstream/simulator"

let house: House
let node: RawNode
beforeEach(async () => {
  house = await openHouse()
  const key = await registerPanel(house)
  node = await openRawNode(house.url)
  await node.enter(cloudNode.serialNumber, key)
})
afterEach(async () => {
  node.socket.terminate()
  await house.close()
})

const links = (...options: string[]) =>
  doorstream(["links", ...options], { DOORSTREAM_DATA: house.dataFolder }).ended

describe("A cloud node's link", () => {
  it("is shown with whose it is and where from, and nothing by which another could prove to be it", async () => {
    const { out } = await links("--json")
    expect(JSON.parse(out)).toEqual({
      system: systemId,
      cloudNode: cloudNode.id,
      serialNumber: cloudNode.serialNumber,
      address: "127.0.0.1",
      credits: 1000,
      sync: "pending",
    })
    expect((await links()).out).toMatch(
      /^CLOUD NODE +SERIAL NUMBER +SYSTEM +ADDRESS +CREDITS +SYNC\n\S+ +\S+ +\S+ +127/,
    )
    expect((await links("--system", "another")).out).toBe("")
  })

  it("ends at once when its whole system is deleted", async () => {
    const closed = node.closed
    const name = encodeURIComponent(demoBuilding.system.name)
    expect(await operate(house, "DELETE", `/systems/${systemId}?name=${name}`)).toMatchObject({ status: 200 })
    expect((await closed)[0]).toBe(4403)
    expect((await links()).out).toBe("")
  })

  it("ends at once when a file is applied that does not name its cloud node", async () => {
    const closed = node.closed
    const applied = await operate(house, "POST", `/systems/${systemId}/building`, {
      building: {},
      mayRemove: true,
    })
    expect(applied).toMatchObject({ status: 200 })
    expect((await closed)[0]).toBe(4403)
  })
})
