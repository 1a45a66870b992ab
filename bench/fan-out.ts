/**
 * How many deliveries a second Doorstream makes to 1,000 listeners of one topic with everything on, and what a delivery
 * costs its CPU, beside a plain Socket.IO server that keeps nothing, in the same run. `npm run bench:fan-out`
 */
import { cpus } from "node:os"
import { gather, type Crowd } from "./fan-out/crowd.js"
import { inWhole, median, start, topic, type Subject } from "./subject.js"

const listeners = 1000
const rounds = 5

interface Listened extends Subject {
  readonly crowd: Crowd
  /** The length of one event's frame. */
  readonly frame: number
  readonly idleBytes: number
}

async function gatherAt(subject: Subject): Promise<Listened> {
  const before = await subject.used()
  const crowd = await gather(listeners, subject.url, `token=${subject.token}`, topic)
  const idleBytes = (await subject.used()).residentBytes - before.residentBytes
  crowd.reset()
  await subject.post(1)
  await crowd.until(1)
  return { ...subject, crowd, frame: crowd.least(), idleBytes }
}

interface Measure {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

/** Posts so many events at a time, until so many were delivered to everybody; `ahead` requests are under way at once. */
async function measure(subject: Listened, events: number, atOnce: number, ahead: number): Promise<Measure> {
  const { crowd, frame, post, used } = subject
  crowd.reset()
  const before = await used()
  const begun = performance.now()
  if (ahead === 1)
    for (let sent = atOnce; sent <= events; sent += atOnce)
      await Promise.all([post(atOnce), crowd.until(sent * frame)])
  else {
    let left = events / atOnce
    const sending = async (): Promise<void> => {
      while (left-- > 0) await post(atOnce)
    }
    await Promise.all([...Array.from({ length: ahead }, sending), crowd.until(events * frame)])
  }
  const seconds = (performance.now() - begun) / 1000
  const cpu = (await used()).cpuMicroseconds - before.cpuMicroseconds
  return { perSecond: (events * listeners) / seconds, cpuMicroseconds: cpu / (events * listeners) }
}

async function compare(
  title: string,
  subjects: readonly Listened[],
  events: number,
  atOnce: number,
  ahead: number,
) {
  const measured = new Map(subjects.map(({ name }) => [name, [] as Measure[]]))
  for (let round = 0; round < rounds; round += 1)
    for (const subject of subjects)
      measured.get(subject.name)!.push(await measure(subject, events, atOnce, ahead))
  const of = (name: string, key: keyof Measure): number =>
    median(measured.get(name)!.map((each) => each[key]))
  const [own, plain] = [of("doorstream", "perSecond"), of("plain", "perSecond")]
  const [ownCpu, plainCpu] = [of("doorstream", "cpuMicroseconds"), of("plain", "cpuMicroseconds")]
  console.log(
    `| ${title} | ${inWhole(own)} | ${inWhole(plain)} | ${(own / plain).toFixed(2)} ` +
      `| ${ownCpu.toFixed(2)} | ${plainCpu.toFixed(2)} | ${(ownCpu / plainCpu).toFixed(2)} |`,
  )
}

const subjects = [
  await gatherAt(await start("doorstream", "doorstream.child.ts")),
  await gatherAt(await start("plain", "fan-out/plain.child.ts")),
]
console.log(
  `${listeners} listeners, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${rounds}\n`,
)
console.log(
  "| events | Doorstream, deliveries/s | plain Socket.IO | ratio | Doorstream, µs CPU/delivery | plain | ratio |",
)
console.log("|---|---|---|---|---|---|---|")
await compare("one at a time", subjects, 200, 1, 1)
await compare("bursts of 4", subjects, 400, 4, 1)
await compare("saturated", subjects, 2000, 25, 4)
const [own, plain] = subjects.map(({ idleBytes }) => idleBytes / listeners / 1000) as [number, number]
console.log(
  `\nMemory per idle listener: ${own.toFixed(1)} kB, plain ${plain.toFixed(1)} kB, ratio ${(own / plain).toFixed(2)}`,
)
for (const { crowd, end } of subjects) {
  crowd.close()
  end()
}
