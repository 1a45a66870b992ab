/** Hostile WebSockets: frames that no library sends, and upgrades that are none. */
import { listenRaw, type RawListening } from "../support/listeners.js"
import { casesOf, type Case, type Outcome, type Play, type Plays } from "./case.js"
import { breaksOff, opensPoll, writes, writesFrames } from "./players.js"
import type { Site } from "./site.js"
import { transport } from "./transport.js"

/** A frame's bytes as a client may not send them; masked with zeros unless told. */
function frame(first: number, payload: string | Buffer, masked = true): Buffer {
  const bytes = Buffer.from(payload)
  const mask = masked ? [0, 0, 0, 0] : []
  return Buffer.concat([Buffer.from([first, (masked ? 0x80 : 0) | bytes.length, ...mask]), bytes])
}

const frames: readonly (readonly [name: string, bytes: Buffer, outcome: Outcome])[] = [
  ["all three reserved bits", frame(0xf1, ""), transport.malformedFrame],
  ["a compressed frame", frame(0xc1, "42"), transport.malformedFrame],
  ["an unmasked frame", frame(0x81, "42", false), transport.malformedFrame],
  ["the reserved opcode 3", frame(0x83, "x"), transport.malformedFrame],
  ["the reserved opcode 15", frame(0x8f, ""), transport.malformedFrame],
  ["a continuation of nothing", frame(0x80, "x"), transport.malformedFrame],
  [
    "a new message in the middle of another",
    Buffer.concat([frame(0x01, "4"), frame(0x81, "2")]),
    transport.malformedFrame,
  ],
  ["a ping in fragments", frame(0x09, "x"), transport.malformedFrame],
  ["a ping of 126 bytes", Buffer.from([0x89, 0xfe, 0, 126]), transport.malformedFrame],
  ["a close with one byte", frame(0x88, "x"), transport.malformedFrame],
  ["a close with a code that is none", frame(0x88, Buffer.from([0, 1])), transport.malformedFrame],
  ["text that is not UTF-8", frame(0x81, Buffer.from([0x34, 0xff, 0xfe])), transport.notUtf8],
  ["text that ends within a character", frame(0x81, Buffer.from([0x34, 0xf0, 0x9f])), transport.notUtf8],
  ["a length of 2^63", Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), transport.largeFrame],
  ["a length of 4 GB", Buffer.from([0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0]), transport.largeFrame],
  [
    "fragments of more than 100 kB in all",
    Buffer.concat([frame(0x01, "4"), ...Array.from({ length: 1000 }, () => frame(0, "x".repeat(125)))]),
    transport.largeFrame,
  ],
  ["half a frame", frame(0x81, "42").subarray(0, 5), transport.halfMessage],
  ["half a message", frame(0x01, "42["), transport.halfMessage],
  [
    "10,000 empty fragments",
    Buffer.concat([frame(0x01, ""), ...Array.from({ length: 10_000 }, () => frame(0, ""))]),
    transport.halfMessage,
  ],
  ["HTTP after the upgrade", Buffer.from("GET / HTTP/1.1\r\n\r\n"), transport.malformedFrame],
]

const version = "Sec-WebSocket-Version: 13"
const key = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="
const path = "/socket.io/?EIO=4&transport=websocket"

const head = (target: string, ...lines: readonly string[]): string =>
  [
    `GET ${target} HTTP/1.1`,
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    ...lines,
    "",
    "",
  ].join("\r\n")

/** Asks for a WebSocket with a good token, and headers of the attacker's. */
const upgrades =
  (change: (head: string) => string, ...lines: readonly string[]): Play =>
  (site) =>
    writes(site, change(head(`${path}&token=${site.token}`, ...lines)))

const asItIs = (text: string): string => text

/** A WebSocket for a connection that began by polling. */
async function goOver(site: Site): Promise<[first: RawListening, query: string]> {
  const query = `EIO=4&sid=${(await opensPoll(site)).sid}`
  return [await listenRaw(site.url, query), query]
}

/** What becomes of one more WebSocket for a connection that has one. */
async function goOverAgain(site: Site, [first, query]: [RawListening, string]): Promise<string> {
  const [code] = (await (await listenRaw(site.url, query)).closed) as [number]
  first.close()
  return `closed ${code}`
}

const strange: Plays = [
  ["an upgrade without a key", upgrades(asItIs, version), transport.upgrade],
  [
    "an upgrade with a key that is none",
    upgrades(asItIs, version, "Sec-WebSocket-Key: x"),
    transport.upgrade,
  ],
  ["an upgrade to version 99", upgrades(asItIs, "Sec-WebSocket-Version: 99", key), transport.upgrade],
  ["an upgrade by POST", upgrades((text) => text.replace("GET", "POST"), version, key), transport.upgrade],
  [
    "an upgrade for polling",
    upgrades((text) => text.replace("=websocket", "=polling"), version, key),
    transport.upgradeToPolling,
  ],
  [
    "an upgrade that breaks off",
    (site) => breaksOff(site, head(`${path}&token=${site.token}`, version, key).slice(0, -2)),
    transport.notHttp,
  ],
  [
    "an upgrade on a sid that is not open",
    (site) => writes(site, head(`${path}&sid=none`, version, key)),
    transport.upgrade,
  ],
  ["an upgrade elsewhere", (site) => writes(site, head("/health", version, key)), "404 not_found"],
  [
    "a hundred offers to go over to h2c on one connection",
    (site) => writes(site, head("/nowhere").replace("websocket", "h2c").repeat(100)),
    transport.notHttp,
  ],
  [
    "a probe that is none",
    async (site) => {
      const [probing] = await goOver(site)
      probing.send("2nothing")
      const [code] = (await probing.closed) as [number]
      return `closed ${code}`
    },
    transport.packet,
  ],
  [
    "a second upgrade beside the first",
    async (site) => goOverAgain(site, await goOver(site)),
    transport.twoUpgrades,
  ],
  [
    "a second upgrade after the first",
    async (site) => {
      const going = await goOver(site)
      const [first] = going
      first.send("2probe")
      await first.frames.until((all) => all.includes("3probe"))
      first.send("5")
      first.send("40")
      await first.frames.until((all) => all.some((each) => each.startsWith("40")))
      return goOverAgain(site, going)
    },
    transport.twoUpgrades,
  ],
]

export const webSocketCases: readonly Case[] = [
  ...casesOf(
    "a WebSocket",
    frames.map(([name, bytes, outcome]) => [name, (site) => writesFrames(site, bytes), outcome]),
  ),
  ...casesOf("a WebSocket", strange),
]
