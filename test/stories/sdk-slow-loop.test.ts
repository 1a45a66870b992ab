/** A loop that takes its time: what it has not asked for waits on the server's disk, and in no memory. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { Listening, type Told } from "../../packages/client/src/listening.js"
import { realWorld } from "../../packages/client/src/world.js"
import { openHouse, systemId, wordy, wordyReport, type House, type Report } from "../support/house.js"
import { operate } from "../support/operator.js"

const topic = "device.input.dps.opened"

/** Each event is some 16 kB, as often as its door is named in it. */
const count = 2000

let house: House
beforeEach(async () => (house = await openHouse({ more: wordy, options: { drainWithin: 100 } })))
afterEach(() => house.close())

/** How many bytes the client has taken from the network so far. */
let taken: number
beforeEach(() => (taken = 0))

/** What is read of it is counted, and nothing is read ahead. */
function counted(answer: Response): Response {
  const reader = answer.body!.getReader()
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const { done, value } = await reader.read()
    if (done) return controller.close()
    taken += value.length
    controller.enqueue(value)
  }
  const body = new ReadableStream({ pull, cancel: (reason) => reader.cancel(reason) }, { highWaterMark: 0 })
  return new Response(body, answer)
}

function listenCounted(): Listening<Told> {
  const world = {
    ...realWorld,
    fetch: async (...asked: Parameters<typeof fetch>) => counted(await fetch(...asked)),
  }
  const settings = { url: house.url, systemId, token: () => house.token(), after: "earliest" }
  return new Listening<Told>(world, settings, [topic])
}

interface Standing {
  readonly at: string
  readonly behind: number
}
const standings = async (): Promise<readonly Standing[]> =>
  (await operate<Standing[]>(house, "GET", "/listeners")).body

async function reportMany(): Promise<readonly Report[]> {
  const all: Report[] = []
  while (all.length < count) {
    const some = Array.from({ length: 200 }, wordyReport)
    await house.report(some)
    all.push(...some)
  }
  return all
}

describe("A slow loop", () => {
  it("slows the reading, not the server, and hears everything once and in order in the end", async () => {
    const first = wordyReport()
    await house.report(first)
    const heard: number[] = []
    let all: readonly Report[] = []
    for await (const { event } of listenCounted()) {
      heard.push((event as { occurred: number }).occurred)
      if (heard.length === 1) {
        all = [first, ...(await reportMany())]
        await expect.poll(async () => (await standings())[0]?.at).toBe("behind")
        const [standing] = await standings()
        // What the kernels and fetch hold between them is a few megabytes; all the rest waits on the disk.
        expect(standing!.behind).toBeGreaterThan(count / 3)
        expect(taken).toBeLessThan(262_144)
      }
      if (heard.length === count + 1) break
    }
    expect(heard).toEqual(all.map(({ occurred }) => occurred))
    expect(taken).toBeGreaterThan(count * 8000)
  })
})
