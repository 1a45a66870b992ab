/**
 * How many deliveries a second Doorstream makes to 1,000 listeners of one topic with everything on, and what a delivery
 * costs its CPU, beside a plain Socket.IO server that keeps nothing, in the same run. `npm run bench:fan-out`
 */
import { fork, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { cpus } from "node:os"
import { fileURLToPath } from "node:url"
import { demoBuilding } from "@doorstream/simulator"
import type { Used } from "./fan-out/child.js"
import { gather, type Crowd } from "./fan-out/crowd.js"

const listeners = 1000
const topic = "device.input.dps.opened"
const rounds = 5
const { system, cloudNode, devices } = demoBuilding

let count = 0
const reports = (size: number): string =>
  JSON.stringify(
    Array.from({ length: size }, () => ({
      id: `bench-${(count += 1)}`,
      topic,
      occurred: 1_719_356_407_640,
      body: { deviceId: devices[0]!.id },
    })),
  )

interface Subject {
  readonly name: string
  readonly child: ChildProcess
  readonly crowd: Crowd
  /** The length of one event's frame. */
  readonly frame: number
  readonly idleBytes: number
  post(size: number): Promise<void>
  used(): Promise<Used>
}

async function ask(child: ChildProcess): Promise<Used> {
  child.send("used")
  const [used] = (await once(child, "message")) as [Used]
  return used
}

async function requestToken(url: string): Promise<string> {
  const post = async (
    path: string,
    authorization: string,
    body: string | URLSearchParams,
  ): Promise<Record<string, string>> =>
    (await (
      await fetch(url + path, { method: "POST", headers: { Authorization: authorization }, body })
    ).json()) as Record<string, string>
  const form = new URLSearchParams({ grant_type: "client_credentials" })
  const { id_token } = await post("/oauth2/token", `Basic ${btoa("bench:bench")}`, form)
  return (await post(`/api/systems/${system.id}/token`, `Bearer ${id_token}`, "")).token!
}

async function start(name: "doorstream" | "plain"): Promise<Subject> {
  const child = fork(fileURLToPath(new URL(`fan-out/${name}.child.ts`, import.meta.url)), {
    execArgv: ["--expose-gc", "--import", "tsx", "--conditions=source"],
  })
  const [{ url }] = (await once(child, "message")) as [{ url: string }]
  const token = name === "doorstream" ? await requestToken(url) : ""
  const before = await ask(child)
  const crowd = await gather(listeners, url, `token=${token}`, topic)
  const idleBytes = (await ask(child)).residentBytes - before.residentBytes

  const post = async (size: number): Promise<void> => {
    const answer = await fetch(`${url}/${system.id}/cloud-nodes/${cloudNode.id}/reports`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: reports(size),
    })
    if (!answer.ok) throw new Error(`${name} answered ${answer.status}`)
    await answer.arrayBuffer()
  }
  crowd.reset()
  await post(1)
  await crowd.until(1)
  return { name, child, crowd, frame: crowd.least(), idleBytes, post, used: () => ask(child) }
}

interface Measure {
  readonly perSecond: number
  readonly cpuMicroseconds: number
}

/** Posts so many events at a time, until so many were delivered to everybody; `ahead` requests are under way at once. */
async function measure(subject: Subject, events: number, atOnce: number, ahead: number): Promise<Measure> {
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

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1]!

async function compare(
  title: string,
  subjects: readonly Subject[],
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
    `| ${title} | ${Math.round(own).toLocaleString("en")} | ${Math.round(plain).toLocaleString("en")} | ${(own / plain).toFixed(2)} ` +
      `| ${ownCpu.toFixed(2)} | ${plainCpu.toFixed(2)} | ${(ownCpu / plainCpu).toFixed(2)} |`,
  )
}

const subjects = [await start("doorstream"), await start("plain")]
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
for (const { crowd, child } of subjects) {
  crowd.close()
  child.send("end")
}
