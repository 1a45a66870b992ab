/** A server behind a proxy: everything works through it, and the server knows for whom it speaks. PROTOCOL §12. */
import { once } from "node:events"
import { request, type IncomingMessage } from "node:http"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { allowed, openHouse, type House } from "../support/house.js"
import { listen, versions } from "../support/listeners.js"
import { openProxy, type Proxy } from "../support/proxy.js"

const trusted = "127.0.0.2"
const stranger = "127.0.0.3"
const client = "127.0.0.4"

// Only Linux has all of 127.0.0.0/8 without being told to.
describe.skipIf(process.platform !== "linux")("Behind a proxy", () => {
  let house: House
  let proxy: Proxy
  let unknown: Proxy
  beforeAll(async () => {
    house = await openHouse({ trustedProxies: [trusted], options: { drainWithin: 100 } })
    proxy = await openProxy(house.url, trusted)
    unknown = await openProxy(house.url, stranger)
  })
  afterAll(async () => {
    await proxy.close()
    await unknown.close()
    await house.close()
  })

  /** Asks for what is refused; resolves with the address that the log has then. */
  async function addressIn(to: string, upgrade: boolean, forwarded?: string): Promise<unknown> {
    const asking = request(`${to}/socket.io/?EIO=4&transport=${upgrade ? "websocket" : "polling"}`, {
      localAddress: client,
      agent: false,
      headers: {
        Host: "doors.example",
        ...(upgrade ? { Connection: "Upgrade", Upgrade: "websocket" } : {}),
        ...(forwarded === undefined ? {} : { "X-Forwarded-For": forwarded }),
      },
    })
    asking.end()
    const [response] = (await once(asking, "response")) as [IncomingMessage]
    expect(response.resume().statusCode).toBe(421)
    const { level, text, fields } = house.told.at(-1)!
    expect({ level, text }).toEqual({ level: "info", text: "a connection was refused" })
    return (fields as { address: unknown }).address
  }

  describe.each([
    ["a request", false],
    ["an upgrade", true],
  ])("the log has, of %s,", (_, upgrade) => {
    it("the address of the client", async () => {
      expect(await addressIn(proxy.url, upgrade)).toBe(client)
    })

    it("the address of the client, whatever it says itself", async () => {
      expect(await addressIn(proxy.url, upgrade, "198.51.100.1")).toBe(client)
      expect(await addressIn(proxy.url, upgrade, `198.51.100.1, ${trusted}`)).toBe(client)
    })

    it("the address of the peer where that is not trusted", async () => {
      expect(await addressIn(house.url, upgrade, "198.51.100.1")).toBe(client)
      expect(await addressIn(unknown.url, upgrade)).toBe(stranger)
    })
  })

  it.each(versions)("client %s hears by polling and by WebSocket", async (version) => {
    const token = await house.token()
    const listening = await Promise.all(
      ["polling", "websocket"].map((way) =>
        listen(proxy.url, token, ["device.request.allowed"], { version, transports: [way] }),
      ),
    )
    await house.report(allowed())
    for (const { heard, close } of listening) {
      expect(await heard.atLeast(1)).toHaveLength(1)
      close()
    }
  })
})
