/** A listener that asks on and on and reads no answer costs the server a bounded amount, and then its connection. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openHouse, systemId, type House } from "../support/house.js"
import { listenRaw } from "../support/listeners.js"

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

const othersTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe("A listener that reads no answer", () => {
  it.each(["42", "421"])("is let go of, though each of its questions may be asked: %s", async (packet) => {
    const before = house.told.length
    const raw = await listenRaw(house.url, `systemId=${systemId}&token=${await house.token()}`)
    raw.socket.pause()
    const question = `${packet}${JSON.stringify(["subscribeIsolated", { topics: Array.from({ length: 250 }, () => "no topic") }])}`
    let asked = 0
    const ended = (): boolean =>
      house.told.slice(before).some(({ text }) => text === "a connection has ended")
    while (!ended() && asked < 5000) {
      raw.send(question)
      asked += 1
      await othersTurn()
    }
    expect(ended()).toBe(true)
    raw.close()
    expect((await fetch(`${house.url}/health`)).status).toBe(200)
  })

  it("is let go of, though each of its WebSocket's pings may be sent", async () => {
    const before = house.told.length
    const raw = await listenRaw(house.url, `systemId=${systemId}&token=${await house.token()}`)
    raw.socket.pause()
    const ended = (): boolean =>
      house.told.slice(before).some(({ text }) => text === "a connection has ended")
    for (let pings = 0; !ended() && pings < 500_000; pings++) {
      raw.socket.ping("x".repeat(125))
      if (pings % 100 === 0) await othersTurn()
    }
    expect(ended()).toBe(true)
    raw.close()
  })
})
