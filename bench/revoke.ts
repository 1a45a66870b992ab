/**
 * How long a revoked API client still hears: from the command, and from its answer, until the last event on any of 1,000
 * open connections under load, and on some that read what was; beside 1,000 of another client, who hear on.
 * `npm run bench:revoke`, `-- short` to try it
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as pause } from "node:timers/promises"
import { callFolder } from "@doorstream/server"
import { demoBuilding } from "@doorstream/simulator"
import { gatherLive, type Live } from "./live.js"
import { gatherEars, type Ear } from "./revoke/ears.js"
import { isShort, median, percentile, requestToken, start, topic, type Subject } from "./subject.js"

const [listeners, reading, rounds, seconds] = isShort ? [200, 5, 1, 4] : [1000, 10, 5, 8]
const perSecond = 10

/** What those that read what was have to read: they are at it when they are revoked. */
const kept = isShort ? 20_000 : 200_000

interface Client {
  readonly id: string
  readonly secret: string
}

interface Measure {
  /** Milliseconds of each connection that was revoked. */
  readonly sinceCommand: readonly number[]
  readonly sinceAnswer: readonly number[]
  readonly toldAfter: readonly number[]
  readonly others: number
  readonly othersAlone: number
  /** Connections that heard an event after they were told. */
  readonly wrong: number
  /** Those that read what was, and had not come to its end. */
  readonly cutOff: number
}

const makeClient = async (folder: string): Promise<Client> =>
  (await callFolder(folder, "POST", "/clients", { name: "revoked", systems: [demoBuilding.system.id] }))
    .body as Client

/** Revokes the client, and waits until each of its connections is over. */
async function revoke(folder: string, { id }: Client, ears: readonly Ear[]) {
  const commanded = performance.now()
  await callFolder(folder, "DELETE", `/clients/${id}`)
  const answered = performance.now()
  await Promise.all(ears.map(({ over }) => over))
  return { commanded, answered }
}

async function measure(subject: Subject, folder: string, live: Live): Promise<Measure> {
  const alone = await live.during(seconds, perSecond)
  const client = await makeClient(folder)
  const token = await requestToken(subject.url, undefined, client)
  const query = { url: subject.url, token, topic }
  const atTail = await gatherEars(listeners, query)
  const heard = live.during(seconds, perSecond)
  await pause((seconds * 1000) / 2)
  const ears = [...atTail, ...(await gatherEars(reading, { ...query, after: "earliest" }))]
  const { commanded, answered } = await revoke(folder, client, ears)
  const lasts = ears.map(({ lastEvent }) => lastEvent())
  return {
    sinceCommand: lasts.map((last) => Math.max(0, last - commanded)),
    sinceAnswer: lasts.map((last) => Math.max(0, last - answered)),
    toldAfter: ears.map(({ told }) => told() - commanded),
    others: percentile(await heard, 0.99),
    othersAlone: percentile(alone, 0.99),
    wrong: ears.filter(({ heardAfter }) => heardAfter()).length,
    cutOff: ears.slice(listeners).filter(({ bytes }) => bytes() < kept * 300).length,
  }
}

const folder = await mkdtemp(join(tmpdir(), "doorstream-revoke-"))
const subject = await start("doorstream", "doorstream.child.ts", ["3600", folder])
for (let posted = 0; posted < kept; posted += 1000) await subject.post(1000)
const live = await gatherLive(subject, listeners)
const all: Measure[] = []
for (let round = 0; round < rounds; round += 1) all.push(await measure(subject, folder, live))
const middle = (of: (each: Measure) => number): string => median(all.map(of)).toFixed(1)
console.log(
  `${listeners} connections that are revoked and ${reading} that read what was; ${listeners} of another client; ${perSecond} events/s; medians of ${rounds}, Node ${process.version}\n`,
)
console.log(
  "| last event after the command p99, ms | at most | after the answer p99 | told after the command p99 | others' p99 beside it | without | ratio | heard after being told | cut off in what was |",
)
console.log("|---|---|---|---|---|---|---|---|---|")
const numbers = [
  middle(({ sinceCommand }) => percentile([...sinceCommand], 0.99)),
  Math.max(...all.flatMap(({ sinceCommand }) => sinceCommand)).toFixed(1),
  middle(({ sinceAnswer }) => percentile([...sinceAnswer], 0.99)),
  middle(({ toldAfter }) => percentile([...toldAfter], 0.99)),
  middle(({ others }) => others),
  middle(({ othersAlone }) => othersAlone),
  (median(all.map(({ others }) => others)) / median(all.map(({ othersAlone }) => othersAlone))).toFixed(2),
  all.reduce((sum, { wrong }) => sum + wrong, 0),
  `${all.reduce((sum, { cutOff }) => sum + cutOff, 0)} of ${reading * rounds}`,
]
console.log(`| ${numbers.join(" | ")} |`)
live.close()
subject.end()
await rm(folder, { recursive: true, force: true })
