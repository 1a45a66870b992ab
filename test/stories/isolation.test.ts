/** What is not for a listener never reaches it. PROTOCOL §3. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  allowed,
  doorReport,
  frontDoor,
  openHouse,
  otherDoorReport,
  otherSystemId,
  systemId,
  type House,
  type Report,
} from "../support/house.js"
import { listenRaw } from "../support/listeners.js"

const opened = "device.input.dps.opened"

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

describe("What a listener hears", () => {
  /** Every event's topic that comes to a raw listener, up to the event of a last report. */
  async function hear(system: string, topics: readonly string[]) {
    const raw = await listenRaw(house.url, `token=${await house.token(system)}`)
    raw.send(`421${JSON.stringify(["subscribeIsolated", { topics }])}`)
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    return async (last: Report): Promise<string[]> => {
      await house.report(last, system)
      const frames = await raw.frames.until((all) => all.at(-1)!.includes(`"occurred":${last.occurred}`))
      raw.close()
      return frames.filter((frame) => frame.startsWith("42")).map((frame) => frame.split('"')[1]!)
    }
  }

  it("is what it subscribed to and nothing else", async () => {
    const upTo = await hear(systemId, ["device.alarm.*", opened])
    await house.report([
      allowed(),
      doorReport("device.input.dps.closed"),
      doorReport("device.alarm.forced"),
      {
        ...doorReport("endpoint.sync.finished"),
        body: { connectionId: frontDoor.connectionId, address: "", type: "people" },
      },
    ])
    expect(await upTo(doorReport(opened))).toEqual(["device.alarm.forced", opened])
  })

  it("is of its own system, whichever of two it is and whatever it subscribed to", async () => {
    const [here, there] = [await hear(systemId, ["*"]), await hear(otherSystemId, ["*", "device.*"])]
    await house.report(doorReport("device.input.rex.on"))
    await house.report(otherDoorReport("device.input.rex.off"), otherSystemId)
    expect(await here(doorReport(opened))).toEqual(["device.input.rex.on", opened])
    expect(await there(otherDoorReport(opened))).toEqual(["device.input.rex.off", opened])
  })
})
