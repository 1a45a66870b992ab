/**
 * What one listener that reads nothing costs 1,000 others and the server, beside plain Socket.IO, in the same run: the
 * others' p99, and the memory that it makes the server hold. `npm run bench:stuck-reader`, `-- short` to try it
 */
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { WebSocket } from "ws"
import { gatherLive, type Live } from "./live.js"
import { inWhole, isShort, median, percentile, start, topic, type Subject } from "./subject.js"

const [listeners, rounds, seconds] = isShort ? [200, 1, 4] : [1000, 5, 8]

/** What only the stuck one hears, many at a time, so that it is behind by tens of megabytes soon. */
const ballast = "device.input.rex.on"
const atOnce = 400

/** Subscribes to everything that is posted, and reads no more. */
async function stick({ url, token }: Subject): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?token=${token}&transport=websocket`)
  await once(socket, "open")
  socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic, ballast] }])}`)
  await new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => data.toString().startsWith("431") && resolve()),
  )
  socket.pause()
  return socket
}

interface Measure {
  readonly p99: number
  readonly heapBytes: number
  /** How much of the ballast there was. */
  readonly posted: number
}

/** Events at 20 a second for the crowd, with the ballast beside them. */
async function measure(subject: Subject, live: Live): Promise<Measure> {
  const ended = new AbortController()
  let posted = 0
  const loading = (async () => {
    for (; !ended.signal.aborted; posted += atOnce) {
      await subject.post(atOnce, ballast)
      await pause(40)
    }
  })()
  const taken = await live.during(seconds, 20)
  ended.abort()
  await loading
  return { posted, p99: percentile(taken, 0.99), heapBytes: (await subject.used()).heapBytes }
}

async function compare(subject: Subject): Promise<void> {
  const live = await gatherLive(subject, listeners)
  await measure(subject, live)
  const without: number[] = []
  const beside: number[] = []
  const megabytes: number[] = []
  const owed: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await measure(subject, live)
    const stuck = await stick(subject)
    const after = await measure(subject, live)
    stuck.terminate()
    without.push(before.p99)
    beside.push(after.p99)
    owed.push(after.posted)
    megabytes.push((after.heapBytes - before.heapBytes) / 1e6)
  }
  const [p99, besideIt] = [median(without), median(beside)]
  console.log(
    `| ${subject.name} | ${p99.toFixed(1)} | ${besideIt.toFixed(1)} | ${(besideIt / p99).toFixed(2)} | ${inWhole(median(owed))} | ${median(megabytes).toFixed(1)} |`,
  )
  live.close()
}

console.log(`${listeners} listeners, 20 events/s; medians of ${rounds}, Node ${process.version}\n`)
console.log(
  "| | p99 without it, ms | p99 beside it, ms | ratio | events owed to it | memory that it costs, MB |",
)
console.log("|---|---|---|---|---|---|")
for (const subject of [
  await start("doorstream", "doorstream.child.ts"),
  await start("plain Socket.IO", "fan-out/plain.child.ts"),
]) {
  await compare(subject)
  subject.end()
}
