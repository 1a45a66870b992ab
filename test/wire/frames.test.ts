/** What old clients receive is the specification's frame, byte for byte, for all 31 headings. PROTOCOL §5. */
import { topicNames } from "@doorstream/contract"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { samples, type Sample } from "../../packages/server/src/core/compose.suite.js"
import { openGatewayAlone, type GatewayAlone } from "../support/gateway.js"
import type { RawListening } from "../support/listeners.js"

let gateway: GatewayAlone
let frames: ReadonlyMap<string, readonly string[]>

/** Every sample appended to a real log once, heard by a listener of each protocol. */
async function hearAll(listener: RawListening, composed: readonly Sample[]): Promise<readonly string[]> {
  const isEvent = (frame: string): boolean => frame.startsWith("42")
  const heard = await listener.frames.until((all) => all.filter(isEvent).length >= composed.length)
  return heard.filter(isEvent)
}

beforeAll(async () => {
  gateway = await openGatewayAlone()
  const all = samples()
  const listeners = {
    "Engine.IO 3": await gateway.listen(""),
    "Engine.IO 4": await gateway.listen("EIO=4"),
  }
  for (const { topic, composed } of all) await gateway.append({ topic, text: composed })
  frames = new Map(
    await Promise.all(
      Object.entries(listeners).map(
        async ([name, listener]) => [name, await hearAll(listener, all)] as const,
      ),
    ),
  )
  for (const listener of Object.values(listeners)) listener.close()
})
afterAll(() => gateway.close())

describe("The frame of an event", () => {
  for (const [index, { topic, expected, difference }] of samples().entries())
    it(`of ${topic} is the specification's${difference === undefined ? "" : `, but for ${difference}`}`, () => {
      for (const heard of frames.values()) expect(heard[index]).toBe(`42["${topic}",${expected}]`)
    })

  it("is there for all 31 headings, over Engine.IO 3 and 4", () => {
    expect([...frames].map(([name, heard]) => [name, heard.length])).toEqual([
      ["Engine.IO 3", 31],
      ["Engine.IO 4", 31],
    ])
    expect(topicNames).toHaveLength(31)
  })
})
