/**
 * What 1,000 listeners lose whose connections break every 15 seconds or so for about two, while there are two broadcasts
 * a second, and how soon they have caught up: Doorstream with cursors, plain Socket.IO, and Socket.IO with its
 * connection state recovery, in the same run. `npm run bench:reconnect`, `-- short` to try it
 */
import { setTimeout as pause } from "node:timers/promises"
import { gatherFlock, type Flock } from "./reconnect/flock.js"
import { inWhole, isShort, percentile, start, type Subject } from "./subject.js"

const [listeners, broadcasts, every, away] = isShort ? [100, 8, 3000, 700] : [1000, 120, 15_000, 2000]

/** Broadcasts twice a second, and gives everybody who is away the time to come back. */
async function broadcast(subject: Subject, flock: Flock): Promise<readonly number[]> {
  const numbers: number[] = []
  for (let sent = 0; sent < broadcasts; sent += 1) {
    numbers.push(await subject.post(1))
    flock.told(numbers.at(-1)!)
    await pause(500)
  }
  await flock.rest()
  return numbers
}

async function measure(name: string, subject: Subject): Promise<void> {
  const flock = await gatherFlock(subject, { size: listeners, every, away })
  const numbers = await broadcast(subject, flock)
  const { lost, doubled, cuts, caughtUp, never } = flock.faring(numbers)
  const ms = (share: number): string => (caughtUp.length === 0 ? "–" : percentile(caughtUp, share).toFixed(1))
  console.log(
    `| ${name} | ${inWhole(cuts)} | ${inWhole(lost)} | ${((lost * 100) / (numbers.length * listeners)).toFixed(2)} % ` +
      `| ${inWhole(doubled)} | ${ms(0.5)} | ${ms(0.99)} | ${inWhole(never)} |`,
  )
  flock.close()
}

console.log(
  `${listeners} listeners, ${broadcasts} broadcasts at 2/s, each connection cut every ${every / 1000} s for ${away / 1000} s\n`,
)
console.log("| | cuts | lost | of all | doubled | caught up, p50 ms | p99 ms | never caught up |")
console.log("|---|---|---|---|---|---|---|---|")
for (const [name, script, told] of [
  ["doorstream", "doorstream.child.ts", []],
  ["plain Socket.IO", "fan-out/plain.child.ts", []],
  ["Socket.IO, connection state recovery", "fan-out/plain.child.ts", ["recovering"]],
] as const) {
  const subject = await start(name, script, told)
  await measure(name, subject)
  subject.end()
}
