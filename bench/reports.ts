/**
 * How many reports a second are acknowledged over HTTP, each on disk, one by one and in batches, beside a bare node
 * server that puts what is posted at a file's end and syncs it, in the same run. `npm run bench:reports`
 */
import { cpus } from "node:os"
import { inWhole, median, start, type Subject } from "./subject.js"

const rounds = 5

/** Posts so many reports in all, by so many reporters at once; answers how many a second that made. */
async function measure(
  { post }: Subject,
  reports: number,
  batch: number,
  reporters: number,
): Promise<number> {
  let left = reports / batch
  const report = async (): Promise<void> => {
    while (left-- > 0) await post(batch)
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: reporters }, report))
  return (reports * 1000) / (performance.now() - begun)
}

const subjects = [
  await start("doorstream", "doorstream.child.ts"),
  await start("plain", "reports/plain.child.ts"),
]
console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}, medians of ${rounds}\n`)
console.log("| reports | Doorstream, acknowledged/s | file and sync | ratio |\n|---|---|---|---|")
for (const [title, reports, batch, reporters] of [
  ["one at a time, one reporter", 500, 1, 1],
  ["one at a time, 32 reporters", 4000, 1, 32],
  ["batches of 100, 4 reporters", 40_000, 100, 4],
  ["batches of 1,000, 4 reporters", 80_000, 1000, 4],
] as const) {
  const measured = new Map(subjects.map(({ name }) => [name, [] as number[]]))
  for (let round = 0; round < rounds; round += 1)
    for (const subject of subjects)
      measured.get(subject.name)!.push(await measure(subject, reports, batch, reporters))
  const [own, plain] = [median(measured.get("doorstream")!), median(measured.get("plain")!)]
  console.log(`| ${title} | ${inWhole(own)} | ${inWhole(plain)} | ${(own / plain).toFixed(2)} |`)
}
for (const { end } of subjects) end()
