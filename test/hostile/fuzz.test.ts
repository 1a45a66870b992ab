/**
 * Frames of honest conversations, changed by chance, harm nobody: the server goes on, logs no fault, and the good
 * listeners hear everything. DOORSTREAM_SOAK=1 plays fifty times as many; DOORSTREAM_FUZZ_SEED plays the same again.
 */
import { once } from "node:events"
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from "vitest"
import { listenRaw, type RawListening } from "../support/listeners.js"
import { conversationOf } from "./conversations.js"
import { mutate, openChance, type Chance } from "./mutate.js"
import { opensPoll, writesFrames } from "./players.js"
import { openSite, type Site } from "./site.js"

const isSoak = process.env["DOORSTREAM_SOAK"] === "1"
const count = isSoak ? 100_000 : 2000
const seed = Number(process.env["DOORSTREAM_FUZZ_SEED"] ?? (isSoak ? Date.now() % 2 ** 32 : 1))

let site: Site
beforeAll(async () => void (site = await openSite({ limits: {} })))
afterAll(() => site.close())

const buffers = (texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text))

/** A listener that was let in, until it is closed. */
async function connect(revision: 3 | 4): Promise<RawListening> {
  const raw = await listenRaw(site.url, `EIO=${revision}&token=${site.token}`)
  raw.socket.on("error", () => undefined)
  if (revision === 4) raw.send("40")
  await raw.frames.until((all) => all.some((frame) => frame.startsWith("40")))
  return raw
}

/** Frames of a WebSocket, in text or bytes, on one connection for as long as the server keeps it. */
function openTalk(revision: 3 | 4) {
  const packets = buffers(conversationOf(revision, site.token).packets)
  let raw: RawListening | undefined
  return {
    name: `a frame to Engine.IO ${revision}`,
    change: (chance: Chance) => mutate(packets, chance),
    play: async (frame: Buffer, chance: Chance): Promise<void> => {
      raw ??= await connect(revision)
      const id = 1_000_000 + chance.below(1_000_000)
      const answered = raw.frames.until((all) => all.some((each) => each.startsWith(`43${id}[`)))
      const closed = raw.closed.then(() => true)
      raw.socket.send(frame, { binary: chance.below(5) === 0 })
      // Asked in the same breath as the frame, the question would be left aside where that one says goodbye.
      raw.socket.ping()
      await Promise.race([once(raw.socket, "pong"), closed])
      raw.socket.send(`42${id}["subscribeIsolated",{"topics":[]}]`)
      const isClosed = await Promise.race([closed, answered.then(() => false)])
      if (isClosed) raw = undefined
      else raw.frames.all.length = 0
    },
    end: () => raw?.close(),
  }
}

/** The bytes of a frame, header and mask included, on a connection of their own. */
function openWire() {
  const packets = conversationOf(3, site.token).packets.filter(({ length }) => length < 126)
  const frames = packets.map((text) =>
    Buffer.concat([Buffer.from([0x81, 0x80 | Buffer.byteLength(text), 0, 0, 0, 0]), Buffer.from(text)]),
  )
  return {
    name: "the bytes of a frame",
    change: (chance: Chance) => mutate(frames, chance),
    play: async (bytes: Buffer): Promise<void> => void (await writesFrames(site, bytes)),
    end: () => undefined,
  }
}

/** The body of a polling POST, on a connection of its own, which is closed after it. */
function openPolling(revision: 3 | 4) {
  const payloads = buffers(conversationOf(revision, site.token).payloads)
  return {
    name: `a payload to Engine.IO ${revision}`,
    change: (chance: Chance) => mutate(payloads, chance),
    play: async (body: Buffer, chance: Chance): Promise<void> => {
      const poll = await opensPoll(site, revision)
      if (revision === 4 && chance.below(2) === 0) await poll.post("40")
      await poll.post(body.toString())
      await poll.post(revision === 4 ? "1" : "1:1")
    },
    end: () => undefined,
  }
}

const checkEvery = 100

describe("A fuzzed frame", () => {
  it(`harms nobody, ${count} times over`, { timeout: isSoak ? 3_600_000 : 60_000 }, async () => {
    const chance = openChance(seed)
    const ways = [openTalk(3), openTalk(4), openWire(), openPolling(3), openPolling(4)]
    // Most of all packets: what is wrong with bytes or payloads is seen by fewer lines of code.
    const often = [0, 0, 0, 1, 1, 1, 2, 3, 4].map((index) => ways[index]!)
    let played = ""
    onTestFailed(() => console.error(`DOORSTREAM_FUZZ_SEED=${seed}, at ${played}`))

    for (let number = 1; number <= count; number += 1) {
      const way = chance.pick(often)
      const frame = way.change(chance)
      played = `number ${number}, ${way.name}: ${JSON.stringify(frame.toString("latin1"))}`
      await way.play(frame, chance)
      expect(site.faults(), played).toEqual([])
      if (number % checkEvery === 0) await site.expectWell()
      if (isSoak && number % 5000 === 0) console.log(`${number} of ${count} frames, seed ${seed}`)
    }
    for (const way of ways) way.end()
    await site.expectWell()
    await site.deserted()
  })
})
