/** Listeners with a name that were away for longer than events are kept: they are told what is gone. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { RawListening } from "../support/listeners.js"
import { hour, openGatewayAlone, type GatewayAlone } from "../support/gateway.js"

const event = { topic: "device.input.dps.opened", text: "{}" } as const

let gateway: GatewayAlone
beforeEach(async () => (gateway = await openGatewayAlone(10 * hour)))
afterEach(() => gateway.close())

/** Comes, hears as much as there is, and is cut off again before it has proven anything. */
async function visit(query: string, count: number): Promise<readonly string[]> {
  const raw = await gateway.listen(`${query}&listener=wall-3`)
  const heard = (all: readonly string[]) => all.filter((frame) => frame.startsWith("42"))
  const frames = await raw.frames.until((all) => heard(all).length >= count)
  raw.socket.terminate()
  await raw.closed
  return heard(frames)
}

/** A ping of Engine.IO 3, and whatever else shows that it was heard. */
async function ping(raw: RawListening): Promise<void> {
  const count = (frame: string) => raw.frames.all.filter((each) => each.startsWith(frame)).length
  const before = count("3")
  raw.send("2")
  await raw.frames.until(() => count("3") > before)
  const answers = count("438")
  raw.send('428["unsubscribeIsolated",{"topics":[]}]')
  await raw.frames.until(() => count("438") > answers)
}

it("A named listener with an expired token proves nothing while a gap is yet to be told", async () => {
  await visit("EIO=3", 0)
  await gateway.append(event, event)
  gateway.advance(11 * hour)
  await gateway.append(event)
  await gateway.sweep()
  gateway.issueFor(-hour)
  const lapsed = await gateway.listen("EIO=3&listener=wall-3")
  for (let count = 0; count < 3; count++) await ping(lapsed)
  lapsed.socket.terminate()
  await lapsed.closed
  gateway.issueFor(hour)
  expect(await visit("EIO=3", 2)).toEqual([
    '42["stream.gap",{"from":1,"to":2,"count":2,"reason":"retention"}]',
    '42["device.input.dps.opened",{}]',
  ])
})

for (const query of ["EIO=3", "EIO=4"])
  describe(`A named listener that retention has passed, ${query}`, () => {
    it("is told of the gap before the first event, and again for as long as it has proven nothing", async () => {
      await visit(query, 0)
      await gateway.append(event, event, event)
      gateway.advance(11 * hour)
      await gateway.append(event)
      await gateway.sweep()
      const heard = [
        '42["stream.gap",{"from":1,"to":3,"count":3,"reason":"retention"}]',
        '42["device.input.dps.opened",{}]',
      ]
      expect(await visit(query, 2)).toEqual(heard)
      expect(await visit(query, 2)).toEqual(heard)
    })

    it("is told nothing where nothing is gone that it had to hear", async () => {
      await gateway.append(event)
      gateway.advance(11 * hour)
      await visit(query, 0)
      await gateway.append(event)
      await gateway.sweep()
      expect(await visit(query, 1)).toEqual(['42["device.input.dps.opened",{}]'])
    })
  })
