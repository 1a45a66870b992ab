/**
 * What a virtual building costs on its node links, and how fast it goes: CPU of the building and of the server at the
 * world's own speed, so how many doors one core keeps going; and events a second at full speed, each on disk, beside
 * reports posted in batches in the same run. `npm run bench:simulation`, in short with `-- short`
 */
import { cpus } from "node:os"
import { setTimeout as wait } from "node:timers/promises"
import { demoBuilding, generateBuilding, writeBuilding } from "@doorstream/simulator"
import { startBuilding } from "./simulation/building.js"
import { inWhole, start } from "./subject.js"

const isShort = process.argv.includes("short")
const [doors, people, seconds] = isShort ? [50, 50, 5] : [1000, 500, 30]
// A Monday morning: people come, and doors are opened by their schedules.
const from = Date.parse("2026-11-23T08:00:00.000Z")
const seed = 7

const subject = await start("doorstream", "doorstream.child.ts")
const account = {
  url: subject.url,
  clientId: "bench",
  clientSecret: "bench",
  systemId: demoBuilding.system.id,
}
const { signal } = new AbortController()
const written = await writeBuilding(generateBuilding({ seed, doors, people }), { ...account, seed, signal })
const { cloudNodes, rexUnlocks } = written.building
const options = { seed, from, cloudNodes: cloudNodes.map(({ id }) => id), rexUnlocks }

/** Lets a building go for a while; cores used, and reports that the server has acknowledged a second. */
async function run(scenario: string, speed: number | "max") {
  const building = await startBuilding(subject, { ...options, scenario, speed })
  await wait(2000)
  const look = async () => ({
    at: performance.now(),
    building: (await building.used()).cpuMicroseconds,
    server: (await subject.used()).cpuMicroseconds,
    progress: await building.progress(),
  })
  const before = await look()
  await wait(seconds * 1000)
  const after = await look()
  await building.end()
  const passed = (after.at - before.at) / 1000
  return {
    building: (after.building - before.building) / 1e6 / passed,
    server: (after.server - before.server) / 1e6 / passed,
    perSecond: (after.progress.reported - before.progress.reported) / passed,
    times: (after.progress.at - before.progress.at) / 1000 / passed,
  }
}

console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model}`)
console.log(`${inWhole(doors)} doors on ${cloudNodes.length} cloud nodes, ${seconds} s each\n`)
console.log("| at the world's speed | events/s | building, of a core | doors per core | server, of a core |")
console.log("|---|---|---|---|---|")
for (const scenario of ["quiet", "morning-rush"]) {
  const { building, server, perSecond } = await run(scenario, 1)
  console.log(
    `| ${scenario} | ${perSecond.toFixed(1)} | ${(building * 100).toFixed(2)} % | ${inWhole(doors / building)} | ${(server * 100).toFixed(2)} % |`,
  )
}
const full = await run("morning-rush", "max")

const begun = performance.now()
let posted = 0
const post = async (): Promise<void> => {
  for (; performance.now() - begun < seconds * 1000; posted += 100) await subject.post(100)
}
await Promise.all(Array.from({ length: 4 }, post))
const perSecond = posted / ((performance.now() - begun) / 1000)
console.log(
  `\nAt full speed: ${inWhole(full.perSecond)} events a second, ${inWhole(full.times)} times faster than the world, ` +
    `with ${full.building.toFixed(2)} cores for the building and ${full.server.toFixed(2)} for the server. ` +
    `Posted over HTTP, 100 at a time by four: ${inWhole(perSecond)}; ratio ${(full.perSecond / perSecond).toFixed(2)}.`,
)
subject.end()
