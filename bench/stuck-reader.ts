/**
 * What one listener that reads nothing costs 1,000 others and the server, beside plain Socket.IO, in the same run: the
 * others' p99, and the memory that it makes the server hold. `npm run bench:stuck-reader`, `-- short` to try it
 */
import { once } from "node:events"
import { setTimeout as pause } from "node:timers/promises"
import { WebSocket } from "ws"
import { gatherLive, type Live } from "./live.js"
import { isShort, median, percentile, start, topic, type Subject } from "./subject.js"

const [listeners, rounds, seconds] = isShort ? [200, 1, 3] : [1000, 5, 8]

/** What only the stuck one hears, a hundred at a time, so that it is behind by many megabytes soon. */
const ballast = "device.input.rex.on"

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

/** Events at 20 a second for the crowd, with the ballast beside them. */
async function measure(subject: Subject, live: Live): Promise<{ p99: number; heapBytes: number }> {
  const ended = new AbortController()
  const loading = (async () => {
    while (!ended.signal.aborted) {
      await subject.post(100, ballast)
      await pause(25)
    }
  })()
  const taken = await live.during(seconds, 20)
  ended.abort()
  await loading
  return { p99: percentile(taken, 0.99), heapBytes: (await subject.used()).heapBytes }
}

async function compare(subject: Subject): Promise<void> {
  const live = await gatherLive(subject, listeners)
  await measure(subject, live)
  const without: number[] = []
  const beside: number[] = []
  const megabytes: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const before = await measure(subject, live)
    const stuck = await stick(subject)
    const after = await measure(subject, live)
    stuck.terminate()
    without.push(before.p99)
    beside.push(after.p99)
    megabytes.push((after.heapBytes - before.heapBytes) / 1e6)
  }
  const [p99, besideIt] = [median(without), median(beside)]
  console.log(
    `| ${subject.name} | ${p99.toFixed(1)} | ${besideIt.toFixed(1)} | ${(besideIt / p99).toFixed(2)} | ${median(megabytes).toFixed(1)} |`,
  )
  live.close()
}

console.log(`${listeners} listeners, 20 events/s; medians of ${rounds}, Node ${process.version}\n`)
console.log("| | p99 without it, ms | p99 beside it, ms | ratio | memory that it costs, MB |")
console.log("|---|---|---|---|---|")
for (const subject of [
  await start("doorstream", "doorstream.child.ts"),
  await start("plain Socket.IO", "fan-out/plain.child.ts"),
]) {
  await compare(subject)
  subject.end()
}
