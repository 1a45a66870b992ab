/** Listeners that take nothing of what waits for them, and the limit to that. PROTOCOL §13. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { listenRawAfter } from "../support/cursors.js"
import { openGatewayAlone, type GatewayAlone } from "../support/gateway.js"

const topic = "device.input.dps.opened"

let gateway: GatewayAlone
beforeEach(async () => (gateway = await openGatewayAlone(Infinity, [], { stuckAfter: 1000 })))
afterEach(() => gateway.close())

let last = 0
beforeEach(() => (last = 0))
async function appendThousands(thousands: number): Promise<void> {
  for (; thousands > 0; thousands -= 1)
    await gateway.append(
      ...Array.from({ length: 1000 }, () => {
        last += 1
        return { topic, text: `{"n":${last},"padding":"${"x".repeat(1000)}"}` } as const
      }),
    )
}

describe("A listener that takes nothing", () => {
  it("is let go of after a while, and finds all that it has not taken when it comes back with its cursor", async () => {
    const stuck = await listenRawAfter(gateway.url, "token=any", { topics: [topic], cursors: true })
    stuck.socket.pause()
    await appendThousands(40)
    await gateway.ended.atLeast(1)
    stuck.socket.resume()
    await stuck.closed
    const taken = stuck.heard.all
    expect(taken.length).toBeLessThan(last)
    const again = await listenRawAfter(gateway.url, "token=any", {
      topics: [topic],
      cursors: true,
      after: taken.at(-1)!.cursor,
    })
    await again.heard.until((all) => all.at(-1)?.body["n"] === last)
    const numbers = [...taken, ...again.heard.all].map(({ body }) => body["n"])
    expect(numbers).toEqual(Array.from({ length: last }, (_, n) => n + 1))
    again.close()
  })
})

describe("A listener that is quiet, or takes what it is sent", () => {
  it("stays where another is stuck", async () => {
    const quiet = await listenRawAfter(gateway.url, "token=any", { topics: ["liveEvent"] })
    const slow = await listenRawAfter(gateway.url, "token=any", { topics: [topic] })
    await appendThousands(10)
    await slow.heard.until((all) => all.length === last)
    const stuck = await listenRawAfter(gateway.url, "token=any", { topics: [topic] })
    stuck.socket.pause()
    await appendThousands(40)
    await gateway.ended.atLeast(1)
    await gateway.append({ topic: "liveEvent", text: "{}" })
    await quiet.heard.atLeast(1)
    await slow.heard.until((all) => all.length === last)
    expect(gateway.ended.all).toHaveLength(1)
    quiet.close()
    slow.close()
    stuck.close()
  })
})
