/** Every client that the specification's samples may mean, on every way it may connect, against a real server. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  allowed,
  doorReport,
  openHouse,
  otherDoorReport,
  otherSystemId,
  type House,
} from "../support/house.js"
import { listen, versions } from "../support/listeners.js"

const ways = {
  "WebSocket alone": ["websocket"],
  "polling alone": ["polling"],
  "polling, then the upgrade to WebSocket": ["polling", "websocket"],
}

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

for (const version of versions)
  for (const [way, transports] of Object.entries(ways))
    describe(`socket.io-client ${version} over ${way}`, () => {
      const topics = ["device.request.allowed", "device.input.dps.opened"]

      it("hears what it subscribed to, in order, and nothing else", async () => {
        const listener = await listen(house.url, await house.token(), topics, { version, transports })
        await house.report([
          allowed(),
          doorReport("device.input.relay.on"),
          doorReport("device.input.dps.opened"),
          doorReport("device.input.dps.closed"),
          allowed(),
        ])
        await house.report(otherDoorReport("device.input.dps.opened"), otherSystemId)
        await house.report(doorReport("device.input.dps.opened"))
        const heard = await listener.heard.atLeast(4)
        expect(heard.map(({ topic }) => topic)).toEqual([topics[0], topics[1], topics[0], topics[1]])
        expect(heard[0]!.event).toMatchObject({
          topic: topics[0],
          body: { requestFactor: "CARD_ONLY", device: { port: 1 }, holder: { enabled: true } },
        })
        listener.close()
      })

      it("renews its token and gets what it missed meanwhile", async () => {
        const listener = await listen(house.url, await house.token(), topics, { version, transports })
        house.advance(301_000)
        const { accepted } = await house.report([allowed(), doorReport("device.input.dps.opened")])
        expect(accepted).toHaveLength(2)
        await listener.heard.atLeast(2)
        listener.socket.emit("renewedToken", { token: await house.token() })
        const heard = await listener.heard.atLeast(4)
        expect(heard.map(({ topic }) => topic)).toEqual([
          "invalidToken",
          "invalidToken",
          topics[0],
          topics[1],
        ])
        listener.close()
      })

      it("ends on the transport that was asked for", async () => {
        const listener = await listen(house.url, await house.token(), topics, { version, transports })
        const name = transports.at(-1)
        while (listener.socket.io.engine.transport.name !== name) {
          // Each event heard gives the upgrade another turn.
          await house.report(allowed())
          await listener.heard.atLeast(listener.heard.all.length + 1)
        }
        await house.report(allowed())
        const count = listener.heard.all.length
        await listener.heard.atLeast(count)
        expect(listener.socket.io.engine.transport.name).toBe(name)
        listener.close()
      })
    })
