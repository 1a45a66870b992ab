/** Hostile packets on a WebSocket that was let in: what is no Engine.IO or no Socket.IO, or what only seems to be. */
import { casesOf, type Case, type Outcome } from "./case.js"
import { talk, type Frame } from "./players.js"
import { transport } from "./transport.js"

type Row = readonly [name: string, frames: readonly Frame[], outcome: Outcome]

const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth)

/** In both revisions of Engine.IO. */
const packets: readonly Row[] = [
  ["an empty frame", [""], transport.packet],
  ["text that is no packet", ["x"], transport.packet],
  ["an unknown packet type", ["9"], transport.packet],
  ["a packet type that is unicode", ["\ud83d\udeaa"], transport.packet],
  ["an Engine.IO handshake of its own", ['0{"sid":"x"}'], "ignored"],
  ["an upgrade on a WebSocket", ["5"], "ignored"],
  ["a noop", ["6"], "ignored"],
  ["a message without a packet", ["4"], transport.packet],
  ["an unknown Socket.IO type", ["49"], transport.packet],
  ["a type that is no digit", ["4x"], transport.packet],
  ["JSON that does not end", ['42["unfinished'], transport.packet],
  ["JSON that is no array", ['42{"subscribeIsolated":1}'], transport.packet],
  ["an event without a name", ["42[]"], transport.packet],
  ["an event named by a number", ["42[7,{}]"], "ignored"],
  ["an event named by an object", ['42[{"a":1}]'], transport.packet],
  ["an event named by null", ["42[null]"], transport.packet],
  ["a reserved event: connect", ['42["connect"]'], transport.packet],
  ["a reserved event: disconnecting", ['42["disconnecting"]'], transport.packet],
  ["a reserved event: newListener", ['42["newListener"]'], transport.packet],
  ["NaN in JSON", ['42["subscribeIsolated",NaN]'], transport.packet],
  ["JSON nested 40,000 deep", [`42["x",${nested(40_000)}]`], "ignored"],
  ["an acknowledgement of nothing", ["430[]"], "ignored"],
  ["an acknowledgement of everything", ["4399999999999999999999[]"], "ignored"],
  ["an acknowledgement without an id", ["43[]"], "ignored"],
  ["an acknowledgement that is no array", ["430{}"], transport.packet],
  ["a CONNECT_ERROR of its own", ['44{"message":"x"}'], transport.packet],
  ["an event in a namespace that it never joined", ['42/admin,["x"]'], transport.packet],
  ["a namespace of 90,000 characters", [`40/${"x".repeat(90_000)},`], transport.namespace],
  ["the namespace /__proto__", ["40/__proto__,"], transport.namespace],
  ["an attachment that never comes", ['451-["x",{"_placeholder":true,"num":0}]'], transport.packet],
  [
    "text where an attachment is awaited",
    ['451-["x",{"_placeholder":true,"num":0}]', '42["y"]'],
    transport.packet,
  ],
  ["more attachments than anybody needs", ['4599999999-["x"]'], transport.packet],
  ["no number of attachments", ['45-["x"]'], transport.packet],
  ["attachments without a dash", ['451["x"]'], transport.packet],
  ["a binary frame that nobody awaits", [Buffer.from([4, 1, 2, 3])], transport.packet],
  [
    "an attachment with the number 7 of 1",
    ['451-["x",{"_placeholder":true,"num":7}]', Buffer.from([4])],
    transport.packet,
  ],
  [
    "an attachment numbered __proto__",
    ['451-["x",{"_placeholder":true,"num":"__proto__"}]', Buffer.from([4])],
    transport.packet,
  ],
  [
    "an attachment in place of topics",
    ['451-["subscribeIsolated",{"topics":{"_placeholder":true,"num":0}}]', Buffer.from([4])],
    "42 stream.refused subscription_invalid",
  ],
  ["attachments nested 20,000 deep", [`451-["x",${nested(20_000)}]`, Buffer.from([4])], transport.packet],
  ["a frame of more than 100 kB", ["4".padEnd(100_001)], transport.largeFrame],
  ["a binary frame of more than 100 kB", [Buffer.alloc(100_001)], transport.largeFrame],
  ["a token of 1 MB", [`42["renewedToken",{"token":"${"x".repeat(1e6)}"}]`], transport.largeFrame],
  [
    "a list of 100,000 topics",
    [`42["subscribeIsolated",{"topics":[${'"*",'.repeat(99_999)}"*"]}]`],
    transport.largeFrame,
  ],
]
const revision3: readonly Row[] = [
  ["an empty binary frame", [Buffer.alloc(0)], "ignored"],
  ["a second CONNECT", ["40"], transport.packet],
  ["a pong that nobody asked for", ["3"], transport.packet],
]
const revision4: readonly Row[] = [
  ["an empty binary frame", [Buffer.alloc(0)], transport.packet],
  ["a second CONNECT", ["40"], transport.packet],
  ["a ping the wrong way", ["2"], transport.packet],
  ["auth that does not end", ["41", '40{"token":'], transport.packet],
]

const spoken = (revision: 3 | 4, rows: readonly Row[]): readonly Case[] =>
  casesOf(
    `Engine.IO ${revision}`,
    rows.map(([name, frames, outcome]) => [name, (site) => talk(site, revision, frames), outcome]),
  )

export const packetCases: readonly Case[] = [
  ...spoken(3, [...packets, ...revision3]),
  ...spoken(4, [...packets, ...revision4]),
]
