/** API clients that are narrowed while somebody listens. PROTOCOL §24. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { openEventSource } from "../support/event-source.js"
import { askToken, makeLimited, type Limits } from "../support/granted.js"
import { allowed, openHouse, someone, systemId, type House, type Report } from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { operate } from "../support/operator.js"
import { askRest, closed, doorsIn, happen, opened, shed, shedOpened, withShed } from "../support/shed.js"

let house: House
let whole: string
beforeAll(async () => {
  house = await openHouse({ more: withShed() })
  whole = await house.token()
})
afterAll(() => house.close())
const ending: (() => void)[] = []
afterEach(() => ending.splice(0).forEach((end) => end()))

const happens = (...reports: readonly Report[]) => happen(house, whole, reports)

async function hears(token: string, ...topics: string[]): Promise<Listening> {
  const listening = await listen(house.url, token, topics)
  ending.push(listening.close)
  return listening
}

describe("An API client that is narrowed", () => {
  const topics = ["device.input.dps.opened", "device.input.dps.closed", "device.request.allowed"]

  it("hears less at once on connections that are open, is told so, and hears again what it may again", async () => {
    const client = await makeLimited(house, {})
    const { token } = await askToken(house, "", client)
    const listening = await hears(token, ...topics)
    const stream = openEventSource(`${house.url}/${systemId}/stream?topics=${topics.join()}&token=${token}`)
    ending.push(stream.close)
    await stream.opened.atLeast(1)
    await happens(closed(), opened())
    await listening.heard.atLeast(2)

    const change = (limits: Limits) => operate(house, "PATCH", `/clients/${client.id}`, limits)
    const narrower = {
      topics: ["device.input.dps.opened", "device.request.*"],
      cloudNodes: ["shed"],
      redacted: true,
    }
    expect(await change(narrower)).toMatchObject({
      status: 200,
      body: { cloudNodes: [shed.id], redacted: true },
    })
    await happens(closed(), opened(), shedOpened())
    await listening.heard.atLeast(4)
    await change({ topics: null, cloudNodes: null, redacted: false })
    await happens(closed())
    await listening.heard.atLeast(5)
    await stream.heard.atLeast(5)
    expect(doorsIn(listening.heard.all)).toEqual([
      "device.input.dps.closed front",
      "device.input.dps.opened front",
      "stream.refused front",
      "device.input.dps.opened shed",
      "device.input.dps.closed front",
    ])
    expect(listening.heard.all[2]!.event).toMatchObject({
      topic: "device.input.dps.closed",
      code: "topic_not_granted",
    })
    expect(stream.heard.all.map(({ event }) => event)).toEqual(listening.heard.all.map(({ topic }) => topic))
  })

  it("is told everything in pseudonyms from then on, in what was before, too", async () => {
    const client = await makeLimited(house, {})
    const { token } = await askToken(house, "", client)
    const listening = await hears(token, "device.request.allowed")
    await operate(house, "PATCH", `/clients/${client.id}`, { redacted: true })
    await happens(allowed())
    const [heard] = await listening.heard.atLeast(1)
    expect(JSON.stringify(heard)).not.toContain(someone.lastName)
    const { body } = await askRest(house, "GET", `/holders/${someone.id}`, token)
    expect(body).toMatchObject({ firstName: "Holder" })
  })
})
