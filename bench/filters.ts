/**
 * What an event costs where 2,000 listeners have 2,000 different filters, beside as many without one; and what a replay
 * costs that is filtered to one door of a thousand, beside one that is not. No network. `npm run bench:filters`
 */
import { wholeGrant } from "../packages/server/src/core/verified.js"
import { makeView, wholeView, type Selection, type View } from "../packages/server/src/core/view.js"
import { openSubjects } from "../packages/server/src/core/row-subjects.js"
import type { Log, Row } from "../packages/server/src/core/ports.js"
import { plain } from "../packages/server/src/reading/outgoing.js"
import { openTails } from "../packages/server/src/reading/tail.js"
import { inWhole, median } from "./subject.js"

const listeners = 2000
const events = 2000
const rounds = 5

const idOf = (kind: string, n: number): string =>
  `${kind}${String(n).padStart(7, "0")}-0d31-4f0e-8a64-1d9c3e5b7f20`

/** Of a door each, as the specification shows it. */
const rowOf = (position: number): Row => {
  const door = idOf("d", position % 1000)
  const event = {
    id: idOf("e", position),
    topic: "device.input.dps.opened",
    body: {
      deviceId: door,
      device: { id: door, name: `Door ${position % 1000}`, connection: idOf("c", 1), port: 1 },
    },
    cloudNode: { id: idOf("n", position % 100), serialNumber: `S${position % 100}`, name: "Node" },
    occurred: 1_719_356_407_640 + position,
  }
  return {
    position,
    topic: "device.input.dps.opened",
    text: JSON.stringify(event),
    received: 0,
    reportId: "",
  }
}
const rows = Array.from({ length: events }, (_, n) => rowOf(n + 1))

const subjectOf = openSubjects()
const viewOf = (selection: Selection): View =>
  makeView(wholeGrant, selection, {
    system: "s",
    cloudNodeWith: () => undefined,
    subjectOf,
    redact: (_, row) => row,
  })

/** Microseconds an event, one at a time, at a tail with these views. */
async function tailWith(views: readonly View[]): Promise<number> {
  let tell: (rows: readonly Row[]) => void = () => undefined
  const log = {
    extent: () => Promise.resolve({ epoch: "e", first: 1, last: 0 }),
    follow: (_: string, heard: typeof tell) => {
      tell = heard
      return Promise.resolve({ last: 0, stop: () => undefined })
    },
  } as unknown as Log
  const tail = await openTails(log, { heard: () => undefined, now: Date.now })("s")
  let heard = 0
  for (const view of views)
    tail.join({ foot: { form: plain }, view, hear: ({ events: some }) => void (heard += some.length) }, [
      "device.input.dps.opened",
    ])
  const begun = performance.now()
  for (const row of rows) tell([row])
  const micros = ((performance.now() - begun) * 1000) / events
  if (heard === 0) throw new Error("Nobody has heard anything.")
  return micros
}

const doors = (n: number): View => viewOf({ devices: new Set([idOf("d", n % 1000), `x${n}`]) })
const nodes = (n: number): View => viewOf({ cloudNodes: new Set([idOf("n", n % 100), `x${n}`]) })

/** Rows a second through one view. */
function replayWith(view: View): number {
  const begun = performance.now()
  let shown = 0
  for (let n = 0; n < 20; n += 1)
    // As they come from a log: each page has objects of its own.
    for (const row of rows) if (view.show({ ...row }) !== undefined) shown += 1
  if (shown === 0) throw new Error("Nothing was shown.")
  return (20 * events) / ((performance.now() - begun) / 1000)
}

async function medianOf(measure: () => number | Promise<number>): Promise<number> {
  const all: number[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await measure())
  return median(all)
}

const each = (view: (n: number) => View): readonly View[] =>
  Array.from({ length: listeners }, (_, n) => view(n))

console.log(`| ${listeners} listeners at the tail | µs an event |\n|---|---|`)
console.log(`| no filter | ${inWhole(await medianOf(() => tailWith(each(() => wholeView))))} |`)
console.log(
  `| a door of a thousand each, all filters different | ${inWhole(await medianOf(() => tailWith(each(doors))))} |`,
)
console.log(
  `| a cloud node of a hundred each, all filters different | ${inWhole(await medianOf(() => tailWith(each(nodes))))} |`,
)
const many = viewOf({ devices: new Set(Array.from({ length: 1000 }, (_, n) => idOf("d", n * 7))) })
console.log("\n| a replay | rows a second |\n|---|---|")
console.log(`| no filter | ${inWhole(await medianOf(() => replayWith(wholeView)))} |`)
console.log(`| one door of a thousand | ${inWhole(await medianOf(() => replayWith(doors(1))))} |`)
console.log(
  `| a thousand doors, which are too many to look for in the text | ${inWhole(await medianOf(() => replayWith(many)))} |`,
)
