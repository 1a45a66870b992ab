/**
 * How long a command takes: from the POST until a listener hears what the door did, over a real server and a virtual
 * building, each in its process; beside the way of a report that is posted, in the same run. Then a thousand at once.
 * `npm run bench:commands`, in short with `-- short`
 */
import { cpus } from "node:os"
import { demoBuilding } from "@doorstream/simulator"
import { io } from "socket.io-client"
import { startBuilding } from "./simulation/building.js"
import { inWhole, start, type Subject } from "./subject.js"

const { system, cloudNode, devices } = demoBuilding
const rounds = process.argv.includes("short") ? 50 : 500
const [door] = devices

const command = (subject: Subject, word: string, device = door!.id): Promise<Response> =>
  fetch(`${subject.url}/${system.id}/cloud-nodes/${cloudNode.id}/devices/${device}/${word}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${subject.token}` },
  })

async function listen({ url, token }: Subject, topics: readonly string[]) {
  const socket = io(url, { auth: { systemId: system.id, token }, transports: ["websocket"] })
  const waiting = new Map<string, () => void>()
  for (const topic of topics)
    socket.on(topic, ({ body }: { body: { deviceId: string } }) => {
      if (body.deviceId === door!.id) waiting.get(topic)?.()
    })
  await new Promise<void>((resolve) =>
    socket.on("connect", () => socket.emit("subscribeIsolated", { topics }, () => resolve())),
  )
  return {
    next: (topic: string) => new Promise<void>((resolve) => waiting.set(topic, resolve)),
    close: () => socket.close(),
  }
}

/** Milliseconds until it was heard, and until it was answered. */
async function time(heard: Promise<void>, asking: () => Promise<unknown>) {
  const begun = performance.now()
  const since = async (what: Promise<unknown>): Promise<number> => {
    await what
    return performance.now() - begun
  }
  const [untilHeard, untilAnswered] = await Promise.all([since(heard), since(asking())])
  return { untilHeard, untilAnswered }
}

type Taken = Awaited<ReturnType<typeof time>>

function at(all: readonly Taken[], key: keyof Taken, part: number): number {
  const ordered = all.map((each) => each[key]).toSorted((a, b) => a - b)
  return ordered[Math.floor(ordered.length * part)]!
}

const row = (title: string, all: readonly Taken[]): string =>
  `| ${title} | ${[at(all, "untilHeard", 0.5), at(all, "untilHeard", 0.99), at(all, "untilAnswered", 0.5), at(all, "untilAnswered", 0.99)].map((each) => `${each.toFixed(1)} ms`).join(" | ")} |`

const subject = await start("doorstream", "doorstream.child.ts")
const building = await startBuilding(subject, { cloudNodes: [cloudNode.id], scenario: "quiet" })
const ear = await listen(subject, ["device.forceopen.on", "device.forceopen.off", "device.input.dps.opened"])
const commands: Taken[] = []
const reports: Taken[] = []
for (let round = 0; round < rounds; round += 1) {
  const [word, topic] = round % 2 === 0 ? (["open", "on"] as const) : (["close", "off"] as const)
  commands.push(await time(ear.next(`device.forceopen.${topic}`), () => command(subject, word)))
  reports.push(await time(ear.next("device.input.dps.opened"), () => subject.post(1)))
}
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, ${rounds} of each, in turn\n`)
console.log("| | heard p50 | p99 | answered p50 | p99 |\n|---|---|---|---|---|")
console.log(row("a command, until what the door did is heard", commands))
console.log(row("a report over HTTP, until it is heard", reports))
const ratio = at(commands, "untilHeard", 0.5) / at(reports, "untilHeard", 0.5)
console.log(`\nA command takes ${ratio.toFixed(2)} times as long as a report.`)

const ends = new Map<string, number>()
const begun = performance.now()
await Promise.all(
  Array.from({ length: 1000 }, async (_, index) => {
    const answer = await command(subject, "try-open", devices[index % devices.length]!.id)
    const end = answer.ok ? "204" : ((await answer.json()) as { code: string }).code
    ends.set(end, (ends.get(end) ?? 0) + 1)
  }),
)
const told = [...ends].map(([end, count]) => `${count} × ${end}`).join(", ")
console.log(`A thousand at once: ${told} in ${inWhole(performance.now() - begun)} ms.`)
ear.close()
await building.end()
subject.end()
