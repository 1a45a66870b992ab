/** An API client that has as many named listeners in a system as there may be. PROTOCOL §20. */
import { afterEach, beforeEach, expect, it } from "vitest"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { openNames } from "../../packages/server/src/log/embedded/names.js"
import { clientId, doorReport, openHouse, otherSystemId, systemId, type House } from "../support/house.js"
import { connectNamed, subscribeNamed } from "../support/named.js"
import { operate } from "../support/operator.js"

const opened = "device.input.dps.opened"

/** Puts ten thousand names into the folder of a house that has ended: to connect as many would take minutes. */
async function fill({ dataFolder, server }: House): Promise<void> {
  await server().close()
  const folder = await openFolder(dataFolder)
  const options = { age: Infinity, now: Date.now, isGone: () => false, fault: expect.fail }
  const names = openNames(folder, options)
  const rest = { system: systemId, client: clientId, epoch: "e", position: 0, topics: {}, seen: Date.now() }
  await Promise.all(Array.from({ length: 10_000 }, (_, n) => names.keep({ ...rest, name: `wall-${n}` })))
  await names.close()
  await folder.close()
}

let house: House
beforeEach(async () => {
  house = await openHouse()
  await fill(house)
  await house.restart()
})
afterEach(() => house.close())

const refusedIn = ({ refused }: Record<string, unknown>) => refused as readonly object[]

it("A new name is refused beyond ten thousand, names that are known are not, and a forgotten one makes room", async () => {
  const token = await house.token()
  const newOne = await connectNamed(house, token, { name: "one-more" })
  const refused = await subscribeNamed(newOne, [opened])
  expect(refused).toMatchObject({ topics: [], refused: [{ topic: null, code: "too_many_listeners" }] })
  newOne.send(`42${JSON.stringify(["subscribeIsolated", { topics: [opened] }])}`)
  await newOne.frames.until((all) => all.some((frame) => frame.startsWith('42["stream.refused"')))

  const known = await connectNamed(house, token, { name: "wall-7" })
  expect(refusedIn(await subscribeNamed(known, [opened]))).toEqual([])
  const elsewhere = await connectNamed(house, await house.token(otherSystemId), { name: "one-more" })
  expect(refusedIn(await subscribeNamed(elsewhere, [opened]))).toEqual([])
  await house.report(doorReport(opened))
  await known.heard(1)
  expect(newOne.ids()).toEqual([])

  await operate(house, "DELETE", `/systems/${systemId}/named-listeners/${clientId}/wall-8`)
  expect(refusedIn(await subscribeNamed(newOne, [opened]))).toEqual([])
  await house.report(doorReport(opened))
  await newOne.heard(1)
  for (const each of [newOne, known, elsewhere]) each.close()
})
