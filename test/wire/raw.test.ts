/** A plain WebSocket library in the place of a Socket.IO client: Engine.IO 3 as in the specification's sample, and 4. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { allowed, openHouse, systemId, type House } from "../support/house.js"
import { listenRaw } from "../support/listeners.js"

const subscription = `42${JSON.stringify(["subscribeIsolated", { topics: ["device.request.allowed"] }])}`
const acknowledged = (id: number): string => subscription.replace("42", `42${id}`)
const isEvent = (frame: string): boolean => frame.startsWith('42["device.request.allowed",')

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

describe("A raw WebSocket without an EIO parameter", () => {
  const open = async () => listenRaw(house.url, `systemId=${systemId}&token=${await house.token()}`)

  it("subscribes as soon as it is open, with no CONNECT of its own, and hears events", async () => {
    const raw = await open()
    raw.send(acknowledged(7))
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("437")))
    await house.report(allowed())
    const frames = await raw.frames.until((all) => all.some(isEvent))
    expect(frames[0]).toMatch(/^0\{"sid":/)
    expect(frames[1]).toBe("40")
    expect(frames[2]).toMatch(
      /^437\[\{"topics":\["device.request.allowed"\],"refused":\[\],"cursor":"[^"]+"\}\]$/,
    )
    raw.close()
  })

  it("is never dropped for sending before the server has answered", async () => {
    const token = await house.token()
    const raws = await Promise.all(
      Array.from({ length: 200 }, async () => {
        const raw = await listenRaw(house.url, `systemId=${systemId}&token=${token}`)
        raw.send(acknowledged(1))
        return raw
      }),
    )
    await Promise.all(
      raws.map((raw) => raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))),
    )
    await house.report(allowed())
    await Promise.all(raws.map((raw) => raw.frames.until((all) => all.some(isEvent))))
    for (const raw of raws) raw.close()
  })

  it("pings with 2 and is answered by 3", async () => {
    const raw = await open()
    raw.send("2")
    const frames = await raw.frames.until((all) => all.includes("3"))
    expect(frames).toContain("3")
    raw.close()
  })

  it("may leave systemId out, because the token names the system", async () => {
    const raw = await listenRaw(house.url, `token=${await house.token()}`)
    raw.send(acknowledged(1))
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    raw.close()
  })
})

describe("A raw WebSocket of Engine.IO 4", () => {
  it("connects with 40, subscribes and hears events", async () => {
    const raw = await listenRaw(house.url, `EIO=4&systemId=${systemId}&token=${await house.token()}`)
    raw.send("40")
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("40{")))
    raw.send(acknowledged(1))
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    await house.report(allowed())
    await raw.frames.until((all) => all.some(isEvent))
    raw.close()
  })

  it("may send its token in the auth of CONNECT instead of the URL", async () => {
    const raw = await listenRaw(house.url, "EIO=4")
    raw.send(`40${JSON.stringify({ systemId, token: await house.token() })}`)
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("40{")))
    raw.send(acknowledged(1))
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    raw.close()
  })
})
