/**
 * How many events a second the embedded log acknowledges, beside a bare LMDB put loop in the same run; and how long a
 * folder with a million events takes to open. `npx tsx --conditions=source bench/append.ts`
 */
import { execFileSync } from "node:child_process"
import { randomUUID } from "node:crypto"
import { readFileSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Entry, Log } from "../packages/server/src/core/ports.js"
import { openFolder, type Folder } from "../packages/server/src/log/embedded/folder.js"
import { embeddedLog } from "../packages/server/src/log/embedded/log.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const fixture = new URL("../packages/contract/fixtures/events/device.request.allowed.json", import.meta.url)
const text = JSON.stringify(JSON.parse(readFileSync(fixture, "utf8")))
const settings = { retention: { age: Infinity, bytes: Infinity }, now: Date.now }

let count = 0
const counted = (): string => `cloud-node-7/${String(++count).padStart(9, "0")}`

const entriesOf = (size: number, freshId: () => string): Entry[] =>
  Array.from({ length: size }, () => ({
    reportId: freshId(),
    received: Date.now(),
    events: [{ topic: "device.request.allowed", text }],
  }))

/** Does something again and again for a second and a half; answers how many events a second that makes. */
async function measure(events: number, write: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  let times = 0
  while (performance.now() - start < 1500) {
    await write()
    times++
  }
  return (times * events * 1000) / (performance.now() - start)
}

/** The same bytes under keys that follow one another, one transaction a group, and nothing else. */
function putBare(folder: Folder): (size: number) => Promise<unknown> {
  const table = folder.openTable("bench")
  let position = 0
  return (size) =>
    table.batch(() => {
      for (let index = 0; index < size; index++) {
        const key = Buffer.alloc(24, 1)
        key.writeBigUInt64BE(BigInt(++position), 16)
        void table.put(key, text)
      }
    })
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN
const show = (perSecond: number): string => Math.round(perSecond).toLocaleString("en").padStart(9)

async function compare(folder: Folder, log: Log, size: number): Promise<void> {
  const bare = putBare(folder)
  const ways = {
    bare: () => bare(size),
    counted: () => log.append(system, entriesOf(size, counted)),
    random: () => log.append(system, entriesOf(size, randomUUID)),
    oneByOne: () => Promise.all(entriesOf(size, counted).map((entry) => log.append(system, [entry]))),
  }
  const seen = {
    bare: [] as number[],
    counted: [] as number[],
    random: [] as number[],
    oneByOne: [] as number[],
  }
  for (let round = 0; round < 3; round++) {
    for (const way of Object.keys(ways) as (keyof typeof ways)[])
      seen[way].push(await measure(size, ways[way]))
  }
  const of = median(seen.bare)
  const beside = (way: keyof typeof seen): string =>
    `${show(median(seen[way]))} (${(median(seen[way]) / of).toFixed(2)})`
  console.log(
    `${String(size).padStart(5)}  ${show(of)}  ${beside("counted")}  ${beside("random")}  ${beside("oneByOne")}`,
  )
}

async function fill(path: string, events: number): Promise<void> {
  const folder = await openFolder(path)
  const log = embeddedLog(folder, settings)
  for (let written = 0; written < events; written += 1000) await log.append(system, entriesOf(1000, counted))
  await log.close()
  await folder.close()
}

async function timeOpening(path: string): Promise<void> {
  const start = performance.now()
  const folder = await openFolder(path)
  const log = embeddedLog(folder, settings)
  const { last } = await log.extent(system)
  console.log(
    `opened with ${last.toLocaleString("en")} events in ${(performance.now() - start).toFixed(1)} ms`,
  )
  await folder.close()
}

async function run(): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "doorstream-bench-"))
  const folder = await openFolder(join(path, "append"))
  const log = embeddedLog(folder, settings)
  console.log(
    `Events a second, each of ${text.length} bytes and flushed; in brackets the ratio to bare puts.`,
  )
  console.log("group  bare puts  ids that count up  ids at random      one append an event")
  for (const size of [1, 100, 1000]) await compare(folder, log, size)
  await log.close()
  await folder.close()
  await fill(join(path, "million"), 1_000_000)
  const again = [...process.execArgv, fileURLToPath(import.meta.url), join(path, "million")]
  process.stdout.write(execFileSync(process.execPath, again))
  await rm(path, { recursive: true })
}

const [filled] = process.argv.slice(2)
await (filled === undefined ? run() : timeOpening(filled))
