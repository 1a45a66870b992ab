/** Limits are not evaded by writing what is limited in another way. PROTOCOL §13. */
import { afterEach, describe, expect, it } from "vitest"
import { openHouse, type House } from "../support/house.js"
import { asks, writes } from "./players.js"

let house: House
afterEach(() => house.close())

const siteOf = () => ({ port: Number(new URL(house.url).port) })

const request = (method: string, target: string): string =>
  [`${method} ${target} HTTP/1.1`, "Host: 127.0.0.1", "Content-Length: 0", "Connection: close", "", ""].join(
    "\r\n",
  )

describe("A limited request", () => {
  const tokenTargets = [
    "/oauth2/token",
    "/oauth2/token?",
    "/oauth2/%74oken",
    "/%6fauth%32/token",
    "http://127.0.0.1/oauth2/token",
    "/elsewhere/../oauth2/token",
    "/elsewhere/%2e%2e/oauth2/token",
    "/oauth2/token#fragment",
    "/api/systems/%66/token",
    "/api/systems/f/%74oken",
  ]
  it.each(tokenTargets)("is counted however it is written: %s", async (target) => {
    house = await openHouse({ limits: { tokensPerMinutePerAddress: 1 } })
    expect(await writes(siteOf(), request("POST", target))).toMatch(/^401 /)
    expect(await writes(siteOf(), request("POST", target))).toBe("429 too_many_tokens")
  })

  it("is counted however it is written, for a connection that names a sid where Engine.IO sees none", async () => {
    house = await openHouse({ limits: { connectionsPerAddress: 1 } })
    const path = `/socket.io/?EIO=4&transport=polling&token=${await house.token()}`
    expect(await asks(house, `${path}#&sid=any`)).toBe("200")
    expect(await asks(house, `${path}#&sid=any`)).toBe("429 too_many_connections")
  })
})
