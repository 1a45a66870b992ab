/**
 * What a filtered replay over ten million events, again and again, costs 1,000 live listeners: their p99 beside it and
 * without it, in the same run, and how fast it is. `npm run bench:replay`; `-- short` tries it, `-- 1000000` scales it
 */
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { WebSocket } from "ws"
import { gatherLive, type Live } from "./live.js"
import { fill, rare, rarity } from "./replay/fill.js"
import { inWhole, isShort, median, percentile, start, type Subject } from "./subject.js"

const asked = process.argv.slice(2).map(Number).find(Number.isInteger)
const events = asked ?? (isShort ? 100_000 : 10_000_000)
const [listeners, rounds, seconds] = isShort ? [200, 1, 4] : [1000, 5, 8]

/** Reads the rare events of the whole log; resolves with how many those were. */
async function replay({ url, token }: Subject, due: number): Promise<void> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?token=${token}&transport=websocket`)
  await once(socket, "open")
  let heard = 0
  const over = new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => {
      if (data.toString().startsWith(`42["${rare}"`) && (heard += 1) === due) resolve()
    }),
  )
  socket.send(
    `421${JSON.stringify(["subscribeIsolated", { topics: [rare], cursors: true, after: "earliest" }])}`,
  )
  await over
  socket.terminate()
}

/** The crowd's p99 beside one replay after the other. */
async function measureBeside(subject: Subject, live: Live): Promise<{ p99: number; perSecond: number }> {
  const ended = new AbortController()
  let replays = 0
  const begun = performance.now()
  const replaying = (async () => {
    while (!ended.signal.aborted) {
      await replay(subject, Math.floor(events / rarity))
      replays += 1
    }
    return (replays * events * 1000) / (performance.now() - begun)
  })()
  const taken = await live.during(seconds, 10)
  ended.abort()
  return { p99: percentile(taken, 0.99), perSecond: await replaying }
}

const folder = await mkdtemp(join(tmpdir(), "doorstream-replay-"))
await fill(folder, events)
const subject = await start("doorstream", "doorstream.child.ts", ["86400", folder])
const live = await gatherLive(subject, listeners)
await live.during(seconds, 10)
const without: number[] = []
const beside: number[] = []
const speeds: number[] = []
for (let round = 0; round < rounds; round += 1) {
  without.push(percentile(await live.during(seconds, 10), 0.99))
  const { p99, perSecond } = await measureBeside(subject, live)
  beside.push(p99)
  speeds.push(perSecond)
}
const [p99, besideIt] = [median(without), median(beside)]
console.log(`${listeners} live listeners, 10 events/s; medians of ${rounds}, Node ${process.version}\n`)
console.log("| events in the log | read/s by the replay | p99 without it, ms | p99 beside it, ms | ratio |")
console.log("|---|---|---|---|---|")
console.log(
  `| ${inWhole(events)} | ${inWhole(median(speeds))} | ${p99.toFixed(1)} | ${besideIt.toFixed(1)} | ${(besideIt / p99).toFixed(2)} |`,
)
live.close()
subject.end()
await rm(folder, { recursive: true, force: true })
