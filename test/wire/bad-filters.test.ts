/** What is no filter, or means nothing here: it is refused with all that came with it. PROTOCOL §21. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import {
  doorReport,
  frontDoor,
  openHouse,
  otherDoor,
  otherSystemId,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { pull } from "../support/pulling.js"

const opened = "device.input.dps.opened"
const request = "device.request.allowed"
const gone = { ...someone, id: "gone-holder", externalId: "left-in-may", credentials: [] }

let house: House
beforeAll(async () => {
  house = await openHouse({ more: [{ kind: "holder", system: systemId, value: gone }] })
})
afterAll(() => house.close())

const connect = async (asking: Asking): Promise<CursorListening> =>
  listenRawAfter(house.url, `token=${await house.token()}`, asking)

const refusedIn = ({ answer }: CursorListening): unknown =>
  answer.refused.map(({ topic, code }) => [topic, code])

const bad: readonly [string, unknown, string, string][] = [
  ["is no object", "devices", "filter_invalid", "filter"],
  ["is a list", [frontDoor.id], "filter_invalid", "filter"],
  ["has a list of another name", { doors: [frontDoor.id] }, "filter_invalid", '"doors"'],
  ["has a word of JavaScript's own", JSON.parse('{"__proto__": ["x"]}'), "filter_invalid", "__proto__"],
  ["has an empty list", { devices: [] }, "filter_invalid", "devices is empty"],
  ["has a word that is none", { devices: [7] }, "filter_invalid", "devices"],
  ["has a word that is too long", { holders: ["x".repeat(129)] }, "filter_invalid", "holders"],
  ["names too much", { devices: Array.from({ length: 1001 }, () => frontDoor.id) }, "filter_invalid", "1001"],
  [
    "names a device that never was",
    { devices: [frontDoor.id, "none"] },
    "filter_unknown",
    'no device "none"',
  ],
  ["names a cloud node that never was", { cloudNodes: ["none"] }, "filter_unknown", 'no cloud node "none"'],
  ["names a holder that never was", { holders: ["none"] }, "filter_unknown", 'no holder "none"'],
  ["names another system's door", { devices: [otherDoor.id] }, "filter_unknown", "no device"],
  ["names a holder where a device is meant", { devices: [someone.id] }, "filter_unknown", "no device"],
]

describe("A filter that", () => {
  it.each(bad)("%s is refused with all that came with it", async (_, filter, code, says) => {
    const listener = await connect({ topics: [opened], filter })
    expect(listener.answer.topics).toEqual([])
    expect(refusedIn(listener)).toEqual([[null, code]])
    expect(JSON.stringify(listener.answer.refused)).toContain(JSON.stringify(says).slice(1, -1))
    listener.close()
  })

  it("is null, or has nothing in it, is none", async () => {
    for (const filter of [null, {}, { devices: null }]) {
      const listener = await connect({ topics: [opened], filter })
      await house.report(doorReport(opened))
      await listener.heard.atLeast(1)
      listener.close()
    }
  })

  it("is unknown or empty in a URL is refused there", async () => {
    const headers = { Authorization: `Bearer ${await house.token()}` }
    const ask = async (path: string): Promise<unknown> => {
      const response = await fetch(`${house.url}/${systemId}/${path}`, { headers })
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    for (const way of [`stream?topics=*&`, `events?topics=*&`, "state?"]) {
      expect(await ask(`${way}device=none`)).toEqual([422, "filter_unknown"])
      expect(await ask(`${way}device=`)).toEqual([422, "filter_invalid"])
      expect(await ask(`${way}cloudNode=${otherSystemId}`)).toEqual([422, "filter_unknown"])
    }
  })

  it("names who was removed is taken, by the name that they had: their past may be replayed", async () => {
    const token = await house.token()
    await house.report(doorReport(request, { holderId: gone.id }))
    await fetch(`${house.url}/${systemId}/holders/${gone.id}`, {
      method: "DELETE",
      headers: { Authorization: `Bearer ${token}` },
    })
    const { events } = await pull(house.url, token, {
      topics: request,
      holder: "left-in-may",
      after: "earliest",
    })
    expect(events).toHaveLength(1)
  })
})
