/** Heartbeats both ways, with intervals that only tests may have. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openHouse, systemId, type House } from "../support/house.js"
import { listenRaw } from "../support/listeners.js"

let house: House
beforeAll(async () => (house = await openHouse({ heartbeat: { interval: 200, timeout: 150 } })))
afterAll(() => house.close())

describe("A peer of Engine.IO 4", () => {
  it("is pinged, and stays as long as it answers", async () => {
    const raw = await listenRaw(house.url, `EIO=4&systemId=${systemId}&token=${await house.token()}`)
    raw.socket.on("message", (data: Buffer) => {
      if (data.toString() === "2") raw.send("3")
    })
    raw.send("40")
    const frames = await raw.frames.until((all) => all.filter((frame) => frame === "2").length >= 4)
    expect(raw.socket.readyState).toBe(raw.socket.OPEN)
    expect(frames.filter((frame) => frame === "2").length).toBeGreaterThanOrEqual(4)
    raw.close()
  })

  it("is closed when it falls silent", async () => {
    const raw = await listenRaw(house.url, `EIO=4&systemId=${systemId}&token=${await house.token()}`)
    raw.send("40")
    await raw.closed
  })
})

describe("A peer of Engine.IO 3", () => {
  it("stays as long as it pings", async () => {
    const raw = await listenRaw(house.url, `systemId=${systemId}&token=${await house.token()}`)
    for (let answered = 1; answered <= 6; answered += 1) {
      raw.send("2")
      await raw.frames.until((all) => all.filter((frame) => frame === "3").length >= answered)
    }
    expect(raw.socket.readyState).toBe(raw.socket.OPEN)
    raw.close()
  })

  it("is closed when it falls silent", async () => {
    const raw = await listenRaw(house.url, `systemId=${systemId}&token=${await house.token()}`)
    await raw.closed
  })
})
