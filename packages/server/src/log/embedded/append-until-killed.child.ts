/**
 * A process of kill.test.ts: appends from many sides at once, says on its standard output what was acknowledged, and
 * ends only by being killed.
 */
import type { Entry } from "../../core/ports.js"
import { openFolder } from "./folder.js"
import { embeddedLog } from "./log.js"

const [path = "", round = "", system = "", kept = ""] = process.argv.slice(2)
const writers = 8

/** One millisecond by this clock is one append, so that retention keeps so many appends. */
let now = Number(round) * 1_000_000
const log = embeddedLog(await openFolder(path), {
  retention: { age: Number(kept), bytes: Infinity },
  now: () => now,
})
/** A line that does not end in a full stop was cut off. */
const say = (...words: readonly (string | number)[]): void =>
  void process.stdout.write(`${words.join(" ")} .\n`)

const event = (id: string, part: string): Entry["events"][number] => ({
  topic: "device.input.dps.opened",
  text: JSON.stringify({ id, part, padding: "x".repeat(id.length * 20) }),
})

/** The n-th append of a writer: one to five entries, every third of them of two events. */
const entriesOf = (writer: number, n: number): Entry[] =>
  Array.from({ length: (n % 5) + 1 }, (_, index) => {
    const reportId = `${round}/${writer}/${n}/${index}`
    const parts = (n + index) % 3 === 0 ? ["1 of 2", "2 of 2"] : ["1 of 1"]
    return { reportId, received: now, events: parts.map((part) => event(reportId, part)) }
  })

async function appendForEver(writer: number): Promise<never> {
  for (let n = 0; ; n++) {
    now++
    const entries = entriesOf(writer, n)
    const appended = await log.append(system, entries)
    for (const [index, { position }] of appended.entries())
      say("appended", entries[index]?.reportId ?? "", position)
  }
}

async function sweepForEver(): Promise<never> {
  for (;;) {
    await log.sweep()
    await new Promise((go) => setImmediate(go))
  }
}

say("opened")
await Promise.all([...Array.from({ length: writers }, (_, writer) => appendForEver(writer)), sweepForEver()])
