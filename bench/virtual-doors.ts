/**
 * What virtual doors cost, without a server: how much of a core a building uses at the world's own speed, so how many
 * doors one core keeps going; and how many reports a second it makes at full speed, beside the bare steps of a door and
 * the JSON of the same reports in the same run. `npm run bench:virtual-doors`
 */
import {
  createClock,
  generateBuilding,
  openBuilding,
  openScenario,
  reportsOf,
  type GeneratedBuilding,
  type Scenario,
  type Sending,
} from "@doorstream/simulator"
import { createDoor, step, type DoorInput } from "../packages/simulator/src/building/door.js"
import { settingsOf } from "../packages/simulator/src/building/plan.js"
import { inWhole, median } from "./subject.js"

// A Monday, when people come and doors are opened by their schedules.
const from = Date.parse("2026-11-23T08:00:00.000Z")
/** Seconds of the world at its own speed, and seconds of CPU at full speed. */
const worldSeconds = Number(process.argv[2] ?? 4)
const fullSeconds = 1.5
const kept = 50_000

interface Subject {
  readonly plan: GeneratedBuilding
  readonly scenario: Scenario
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

async function prepare(doors: number, name: string): Promise<Subject> {
  const plan = generateBuilding({ seed: 7, doors, timezones: ["Europe/Madrid"] })
  const { scenario, faults } = await openScenario(name, plan)
  if (scenario === undefined) throw new Error(faults.join("\n"))
  return { plan, scenario }
}

/** Lives as fast as it can: its reports a second of CPU, and how far its time has come by that. */
async function hurry({
  plan,
  scenario,
}: Subject): Promise<{ perSecond: number; times: number; sent: Sending[] }> {
  const building = openBuilding({ plan, seed: 7, run: "bench", from, scenario })
  const stop = new AbortController()
  const sent: Sending[] = []
  let count = 0
  const began = cpuSeconds()
  const clock = createClock({
    building,
    from,
    speed: "max",
    signal: stop.signal,
    take: (some) => {
      count += some.length
      if (sent.length < kept) sent.push(...some)
      if (cpuSeconds() - began > fullSeconds) stop.abort()
    },
  })
  await clock.run()
  const used = cpuSeconds() - began
  return { perSecond: count / used, times: (clock.at() - from) / 1000 / used, sent }
}

/** Lives as fast as the world: how much of a core that takes, and its reports a second of the world. */
async function keepUp({ plan, scenario }: Subject): Promise<{ share: number; perSecond: number }> {
  const building = openBuilding({ plan, seed: 7, run: "bench", from, scenario })
  const signal = AbortSignal.timeout(worldSeconds * 1000)
  let count = 0
  const take = (some: readonly Sending[]): void => void (count += some.length)
  const [began, used] = [performance.now(), cpuSeconds()]
  await createClock({ building, from, speed: 1, signal, take }).run()
  const passed = (performance.now() - began) / 1000
  return { share: (cpuSeconds() - used) / passed, perSecond: count / passed }
}

/** A card is shown, the door opens, locks and closes, again and again: reports a second of the bare machine. */
function stepBare(): number {
  const { devices } = generateBuilding({ seed: 7, doors: 1 })
  const read = { decision: "allowed", requestFactor: "CARD_ONLY", holderId: "h" } as const
  const entry: readonly [number, DoorInput][] = [
    [0, { kind: "read", read }],
    [900, { kind: "opened" }],
    [4_000, { kind: "closed" }],
  ]
  let door = createDoor(settingsOf(devices[0]!, new Set()))
  let [count, at] = [0, from]
  const began = performance.now()
  while (performance.now() - began < 1_000) {
    for (let times = 0; times < 1_000; times++, at += 10_000) {
      for (const [after, input] of entry) {
        const outcome = step(door, input, at + after)
        door = outcome.door
        count += outcome.reports.length
      }
    }
  }
  return (count * 1000) / (performance.now() - began)
}

/** How many of these reports a second become JSON. */
function encode(sent: readonly Sending[]): number {
  const reports = reportsOf(sent)
  let [count, bytes] = [0, 0]
  const began = performance.now()
  while (performance.now() - began < 1_000) {
    for (const report of reports) bytes += JSON.stringify(report).length
    count += reports.length
  }
  if (bytes === 0) throw new Error("There was nothing to encode.")
  return (count * 1000) / (performance.now() - began)
}

console.log(
  `Each for ${worldSeconds} seconds of the world at speed 1, and ${fullSeconds} seconds of CPU at full speed.\n`,
)
const bare = median([stepBare(), stepBare(), stepBare()])
console.log(
  "| scenario | doors | of a core at speed 1 | reports/s at speed 1 | doors per core | reports/s at max | of bare steps | of JSON | times the world |",
)
console.log("|---|---|---|---|---|---|---|---|---|")
for (const name of ["quiet", "morning-rush"]) {
  for (const doors of [1_000, 10_000]) {
    const subject = await prepare(doors, name)
    const full = await hurry(subject)
    const { share, perSecond } = await keepUp(subject)
    const cells = [
      name,
      inWhole(doors),
      `${(share * 100).toFixed(2)} %`,
      perSecond.toFixed(1),
      inWhole(doors / share),
      inWhole(full.perSecond),
      (full.perSecond / bare).toFixed(3),
      (full.perSecond / encode(full.sent)).toFixed(3),
      inWhole(full.times),
    ]
    console.log(`| ${cells.join(" | ")} |`)
  }
}
console.log(`\nBare steps of a door: ${inWhole(bare)} reports a second.`)
