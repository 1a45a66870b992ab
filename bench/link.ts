/**
 * How many reports a second are acknowledged over the node link, each on disk, and what one costs the server's CPU,
 * beside the same over HTTP in batches, in the same run; then a thousand cloud nodes at a report a second each, and how
 * long their acknowledgements take. `npm run bench:link`, in short with `-- short`
 */
import { cpus } from "node:os"
import { openNodes, type Nodes } from "./link/nodes.js"
import { inWhole, median, start, type Subject } from "./subject.js"

const isShort = process.argv.includes("short")
const rounds = isShort ? 2 : 5
const many = isShort ? 100 : 1000
const seconds = isShort ? 5 : 60

interface Measure {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

/** Times so many reports, and the server's CPU meanwhile. */
async function measure({ used }: Subject, reports: number, send: () => Promise<void>): Promise<Measure> {
  const before = await used()
  const begun = performance.now()
  await send()
  const perSecond = (reports * 1000) / (performance.now() - begun)
  const cpu = (await used()).cpuMicroseconds - before.cpuMicroseconds
  return { perSecond, cpuMicroseconds: cpu / reports }
}

/** Posts so many reports in all, by so many reporters at once. */
async function post({ post: postSome }: Subject, reports: number, batch: number, by: number): Promise<void> {
  let left = reports / batch
  const report = async (): Promise<void> => {
    while (left-- > 0) await postSome(batch)
  }
  await Promise.all(Array.from({ length: by }, report))
}

async function compare(
  subject: Subject,
  nodes: Nodes,
  title: string,
  reports: number,
  run: number,
  by: number,
) {
  const measured: Record<"link" | "http", Measure[]> = { link: [], http: [] }
  for (let round = 0; round < rounds; round += 1) {
    measured.link.push(await measure(subject, reports, () => nodes.send(reports, run, by)))
    measured.http.push(await measure(subject, reports, () => post(subject, reports, run, by)))
  }
  const of = (way: "link" | "http", key: keyof Measure): number =>
    median(measured[way].map((each) => each[key]))
  const [link, http] = [of("link", "perSecond"), of("http", "perSecond")]
  const [linkCpu, httpCpu] = [of("link", "cpuMicroseconds"), of("http", "cpuMicroseconds")]
  console.log(
    `| ${title} | ${inWhole(link)} | ${inWhole(http)} | ${(link / http).toFixed(2)} ` +
      `| ${linkCpu.toFixed(1)} | ${httpCpu.toFixed(1)} | ${(linkCpu / httpCpu).toFixed(2)} |`,
  )
}

const subject = await start("doorstream", "doorstream.child.ts")
const nodes = await openNodes(subject, many)
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${rounds}\n`)
console.log(
  "| reports | link, acknowledged/s | HTTP | ratio | link, µs CPU/report | HTTP | ratio |\n|---|---|---|---|---|---|---|",
)
const scale = isShort ? 10 : 1
await compare(subject, nodes, "one at a time, one node", 3000 / scale, 1, 1)
await compare(subject, nodes, "one at a time, 32 nodes", 4000 / scale, 1, 32)
await compare(subject, nodes, "100 at a time, 4 nodes", 40_000 / scale, 100, 4)

const { latencies, lost } = await nodes.tick(seconds)
const ordered = latencies.toSorted((a, b) => a - b)
const at = (part: number): string => `${ordered[Math.floor(ordered.length * part)]!.toFixed(1)} ms`
console.log(
  `\n${inWhole(many)} cloud nodes, a report a second each for ${seconds} s: ${inWhole(ordered.length)} acknowledged, ` +
    `${lost} lost; until the acknowledgement p50 ${at(0.5)}, p99 ${at(0.99)}, at most ${at(0.999999)}`,
)
nodes.close()
subject.end()
