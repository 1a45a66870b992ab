/**
 * What a virtual building costs: how many doors one core keeps going at the world's speed, and how many reports a second
 * it makes at full speed, beside the bare steps of a door and the JSON of the same reports in the same run.
 * `npm run bench:building`
 */
import {
  createClock,
  generateBuilding,
  openBuilding,
  openScenario,
  reportsOf,
  type Sending,
} from "@doorstream/simulator"
import { createDoor, step, type DoorInput } from "../packages/simulator/src/building/door.js"
import { settingsOf } from "../packages/simulator/src/building/plan.js"

// A Monday, when people come and doors are opened by their schedules.
const from = Date.parse("2026-11-23T08:00:00.000Z")
const seconds = Number(process.argv[2] ?? 3)

const show = (value: number): string => Math.round(value).toLocaleString("en")
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN

/** Lets a building live as fast as it can for some seconds: its reports a second, and how far its time has come. */
async function live(
  doors: number,
  name: string,
): Promise<{ perSecond: number; speed: number; sent: Sending[] }> {
  const plan = generateBuilding({ seed: 7, doors, timezones: ["Europe/Madrid"] })
  const { scenario, faults } = await openScenario(name, plan)
  if (scenario === undefined) throw new Error(faults.join("\n"))
  const building = openBuilding({ plan, seed: 7, run: "bench", from, scenario })
  const stop = new AbortController()
  const sent: Sending[] = []
  let count = 0
  const began = process.cpuUsage()
  const used = (): number => {
    const { user, system } = process.cpuUsage(began)
    return (user + system) / 1e6
  }
  const clock = createClock({
    building,
    from,
    speed: "max",
    signal: stop.signal,
    take: (some) => {
      count += some.length
      if (sent.length < 100_000) sent.push(...some)
      if (used() > seconds) stop.abort()
    },
  })
  await clock.run()
  return { perSecond: count / used(), speed: (clock.at() - from) / 1000 / used(), sent }
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
  while (performance.now() - began < seconds * 1000) {
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
  while (performance.now() - began < seconds * 1000) {
    for (const report of reports) bytes += JSON.stringify(report).length
    count += reports.length
  }
  if (bytes === 0) throw new Error("There was nothing to encode.")
  return (count * 1000) / (performance.now() - began)
}

console.log(`Of ${seconds} seconds each, of one core. Doors at speed 1 are what fits beside nothing else.`)
console.log(
  "scenario       doors   reports/s at max   of bare steps   of JSON   times the world   doors at speed 1",
)
const bare = median([stepBare(), stepBare(), stepBare()])
for (const name of ["quiet", "morning-rush"]) {
  for (const doors of [40, 1_000, 5_000]) {
    const { perSecond, speed, sent } = await live(doors, name)
    const ratio = (other: number): string => (perSecond / other).toFixed(3)
    console.log(
      [
        name.padEnd(13),
        show(doors).padStart(6),
        show(perSecond).padStart(18),
        ratio(bare).padStart(15),
        ratio(encode(sent)).padStart(9),
        show(speed).padStart(17),
        show(speed * doors).padStart(18),
      ].join(" "),
    )
  }
}
console.log(`bare steps of a door: ${show(bare)} reports a second`)
