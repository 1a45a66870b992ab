/** How large a message and a request with reports may be: settings, each with its metric. PROTOCOL §13. */
import { afterEach, describe, expect, it } from "vitest"
import { allowed, cloudNode, openHouse, systemId, type House } from "../support/house.js"
import { listenRaw } from "../support/listeners.js"
import { scrapeOf } from "../support/metrics.js"
import { listenByPolling } from "../support/polling.js"

let house: House
afterEach(() => house.close())

describe("A size", () => {
  it("is what it is set to, and is counted where something is larger", async () => {
    const limits = { messageSize: 20_000, bodySize: 30_000, reportsPerRequest: 2 }
    house = await openHouse({ limits, metricsPort: 0, options: { drainWithin: 100 } })
    const token = await house.token()
    const path = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`
    const fate = async (body: string): Promise<unknown[]> => {
      const answer = await house.post(path, body, token)
      return [answer.status, ((await answer.json()) as { code?: string }).code]
    }
    expect(await fate(JSON.stringify([allowed(), allowed()]).padEnd(30_000))).toEqual([200, undefined])
    expect(await fate("[]".padEnd(30_001))).toEqual([413, "body_too_large"])
    expect(await fate(JSON.stringify([1, 2, 3]))).toEqual([413, "batch_too_large"])

    const polling = await listenByPolling(house.url, token, [])
    await polling.send("3".padEnd(20_000))
    await expect(polling.send("3".padEnd(20_001))).rejects.toThrow("413")
    const raw = await listenRaw(house.url, `token=${token}`)
    raw.send('42["subscribeIsolated",{"topics":[]}]'.padEnd(20_000))
    raw.send("4".padEnd(20_001))
    expect(((await raw.closed) as [number])[0]).toBe(1009)

    const numbers = await scrapeOf(house)
    const of = (name: string): unknown[] =>
      ["limit_hits_total", "limit"].map((what) => numbers.get(`doorstream_${what}{limit="${name}"}`))
    expect(of("message_size")).toEqual([2, 20_000])
    expect(of("body_size")).toEqual([1, 30_000])
    expect(of("reports_per_request")).toEqual([1, 2])
  })
})
