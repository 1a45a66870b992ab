/**
 * What it costs a server to tell listeners pseudonyms for what is personal: the CPU of a delivery and the time until all
 * have heard, beside listeners of an equal server who hear it as it is, in the same run. `npm run bench:redaction`,
 * `-- short` for a try.
 */
import { cpus } from "node:os"
import { gather, type Crowd } from "./fan-out/crowd.js"
import {
  inWhole,
  isShort,
  median,
  percentile,
  requestToken,
  requestTopic,
  start,
  type Subject,
} from "./subject.js"

const rounds = isShort ? 2 : 5

interface Listened extends Subject {
  readonly crowd: Crowd
  /** The length of one event's frame. */
  readonly frame: number
}

async function gatherAt(subject: Subject, size: number, limits?: object): Promise<Listened> {
  const crowd = await gather(
    size,
    subject.url,
    `token=${await requestToken(subject.url, limits)}`,
    requestTopic,
  )
  await subject.post(1, requestTopic)
  await crowd.until(1)
  return { ...subject, crowd, frame: crowd.least() }
}

interface Measure {
  /** From the post until the last of them has heard. */
  readonly milliseconds: readonly number[]
  readonly cpuMicroseconds: number
}

/** Posts so many events at a time, each time until everybody has heard them. */
async function measure(
  { crowd, frame, post, used }: Listened,
  events: number,
  atOnce: number,
): Promise<Measure> {
  crowd.reset()
  const before = await used()
  const milliseconds: number[] = []
  for (let sent = atOnce; sent <= events; sent += atOnce) {
    const begun = performance.now()
    await Promise.all([post(atOnce, requestTopic), crowd.until(sent * frame)])
    milliseconds.push(performance.now() - begun)
  }
  return { milliseconds, cpuMicroseconds: ((await used()).cpuMicroseconds - before.cpuMicroseconds) / events }
}

async function compare(listeners: number, events: number, atOnce: number): Promise<void> {
  const subjects = {
    redacted: await gatherAt(await start("doorstream redacted", "doorstream.child.ts"), listeners, {
      redacted: true,
    }),
    plain: await gatherAt(await start("doorstream plain", "doorstream.child.ts"), listeners),
  }
  const names = ["redacted", "plain"] as const
  const measured = { redacted: [] as Measure[], plain: [] as Measure[] }
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) measured[name].push(await measure(subjects[name], events, atOnce))
  const [cpu, plainCpu] = names.map((name) => median(measured[name].map((each) => each.cpuMicroseconds)))
  const timesOf = (name: "redacted" | "plain") => measured[name].flatMap(({ milliseconds }) => milliseconds)
  const at = (share: number) => names.map((name) => percentile(timesOf(name), share))
  const [[p50, plain50], [p99, plain99]] = [at(0.5), at(0.99)] as [[number, number], [number, number]]
  console.log(
    `| ${inWhole(listeners)} | ${atOnce} | ${inWhole(cpu!)} | ${inWhole(plainCpu!)} | ${(cpu! / plainCpu!).toFixed(2)} ` +
      `| ${p50.toFixed(1)} | ${plain50.toFixed(1)} | ${(p50 / plain50).toFixed(2)} | ${p99.toFixed(1)} | ${plain99.toFixed(1)} |`,
  )
  for (const { crowd, end } of Object.values(subjects)) {
    crowd.close()
    end()
  }
}

const events = isShort ? 50 : 400
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${rounds}\n`)
console.log(
  "| listeners | events at once | redacted, µs CPU/event | plain | ratio | redacted, ms until heard p50 | plain | ratio | redacted, p99 | plain |",
)
console.log("|---|---|---|---|---|---|---|---|---|---|")
await compare(1, events, 1)
await compare(1, events * 5, 25)
await compare(1000, events, 1)
await compare(1000, events * 5, 25)
