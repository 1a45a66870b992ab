/** Hostile polling: payloads that are none, connections that are none, and requests that are no polls. */
import { ask } from "../support/ask.js"
import { casesOf, type Case, type Outcome, type Plays } from "./case.js"
import { asks, opensPoll } from "./players.js"
import { transport } from "./transport.js"

const separator = "\x1e"
const bytes = { "Content-Type": "application/octet-stream" }

type Row = readonly [
  name: string,
  revision: 3 | 4,
  body: string,
  outcome: Outcome,
  headers?: Readonly<Record<string, string>>,
]

/** What is posted on an open connection, which is then polled. */
const payloads: readonly Row[] = [
  ["an empty payload", 4, "", transport.poll],
  ["a payload of separators", 4, separator.repeat(50_000), transport.poll],
  ["a payload of 30,000 noops", 4, `6${separator}`.repeat(30_000), transport.poll],
  ["half a payload", 4, `40${separator}`, transport.poll],
  ["a payload of bytes", 4, "\x00\x01\xff4", transport.bytesPolled, bytes],
  ["JSON", 4, '{"type":"connect"}', transport.poll],
  ["lengths that are none", 3, "x:40", transport.poll],
  ["a length beyond the payload", 3, "99:40", transport.poll],
  ["a length of 0", 3, "0:", "200, 200 2:40"],
  ["a length below 0", 3, "-1:40", transport.poll],
  ["a length in digits without end", 3, "9".repeat(50_000), transport.poll],
  ["a payload of 30,000 pings", 3, "1:2".repeat(30_000), "200, 200 2:40 1:3"],
  ["bytes that are no payload", 3, "\x05\x01\x02", transport.poll, bytes],
]

const path = "/socket.io/?EIO=4"
const polling = `${path}&transport=polling`

const strange: Plays = [
  [
    "a payload of more than 100 kB",
    async (site) => (await opensPoll(site)).post("4".padEnd(100_001)),
    transport.largePoll,
  ],
  [
    "a transport that there is not",
    (site) => asks(site, `${path}&transport=pigeon`),
    transport.unknownTransport,
  ],
  [
    "the transport __proto__",
    (site) => asks(site, `${path}&transport=__proto__`),
    transport.unknownTransport,
  ],
  [
    "the transport webtransport",
    (site) => asks(site, `${path}&transport=webtransport`),
    transport.unknownTransport,
  ],
  ["no transport", (site) => asks(site, "/socket.io/"), transport.unknownTransport],
  [
    "a path that climbs out of /socket.io/",
    (site) => asks(site, "/socket.io/../data"),
    transport.unknownTransport,
  ],
  ["a sid that is not open", (site) => asks(site, `${polling}&sid=none`), transport.unknownSid],
  ["the sid __proto__", (site) => asks(site, `${polling}&sid=__proto__`), transport.unknownSid],
  ["the sid hasOwnProperty", (site) => asks(site, `${polling}&sid=hasOwnProperty`), transport.unknownSid],
  [
    "two sids, the second not open",
    async (site) => asks(site, `${(await opensPoll(site)).path}&sid=x`),
    transport.unknownSid,
  ],
  [
    "a handshake that is a POST",
    (site) => asks(site, polling, { method: "POST" }),
    transport.handshakeMethod,
  ],
  [
    "a WebSocket without an upgrade",
    (site) => asks(site, `${path}&transport=websocket&token=${site.token}`),
    transport.badRequest,
  ],
  [
    "another transport than the sid began with",
    async (site) => asks(site, (await opensPoll(site)).path.replace("=polling", "=websocket")),
    transport.badRequest,
  ],
  [
    "another revision than the sid began with",
    async (site) => asks(site, (await opensPoll(site)).path.replace("EIO=4", "EIO=3")),
    transport.badRequest,
  ],
  [
    "a DELETE on an open sid",
    async (site) => asks(site, (await opensPoll(site)).path, { method: "DELETE" }),
    transport.sidMethod,
  ],
  [
    "two polls at once",
    async (site) => {
      const poll = await opensPoll(site)
      await poll.post("40")
      await poll.get()
      return (await Promise.all([poll.get(), poll.get()])).toSorted().join(", ")
    },
    transport.twoPolls,
  ],
  [
    "JSONP with a script for its name",
    async (site) => {
      const answer = await ask(site.url, { path: "/socket.io/?EIO=3&transport=polling&j=1);alert(1" })
      return answer.text.slice(0, 12)
    },
    '___eio[11]("',
  ],
]

export const pollingCases: readonly Case[] = [
  ...casesOf(
    "polling",
    payloads.map(([name, revision, body, outcome, headers]) => [
      `${name} (Engine.IO ${revision})`,
      async (site) => {
        const poll = await opensPoll(site, revision)
        return `${await poll.post(body, headers)}, ${await poll.get()}`
      },
      outcome,
    ]),
  ),
  ...casesOf("polling", strange),
]
