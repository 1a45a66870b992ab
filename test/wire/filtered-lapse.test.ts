/** Filters and tokens that lapse: what is withheld, and told to be, is what would have been heard. PROTOCOL §21. */
import { afterEach, beforeEach, expect, it } from "vitest"
import { demoBuilding } from "@doorstream/simulator"
import { listenRawAfter } from "../support/cursors.js"
import { doorReport, frontDoor, openHouse, type House } from "../support/house.js"

const opened = "device.input.dps.opened"
const back = demoBuilding.devices[1]!

let house: House
beforeEach(async () => (house = await openHouse()))
afterEach(() => house.close())

it("A listener whose token has lapsed hears invalidToken in the place of what its filter lets through, and nothing in the place of the rest", async () => {
  const filter = { devices: [frontDoor.id] }
  const listener = await listenRawAfter(house.url, `token=${await house.token()}`, {
    topics: [opened],
    filter,
  })
  house.advance(301_000)
  const mine = [doorReport(opened), doorReport(opened)]
  const others = [doorReport(opened, { deviceId: back.id }), doorReport(opened, { deviceId: back.id })]
  // One by one: events that come together are told together.
  for (const report of [others[0]!, mine[0]!, others[1]!, mine[1]!]) await house.report(report)
  await listener.heard.atLeast(2)
  listener.renew(await house.token())
  await listener.heard.until((all) => all.filter(({ name }) => name === opened).length === 2)
  expect(listener.heard.all.map(({ name, body }) => [name, body["occurred"]])).toEqual([
    ["invalidToken", undefined],
    ["invalidToken", undefined],
    ...mine.map(({ occurred }) => [opened, occurred]),
  ])
  listener.close()
})
