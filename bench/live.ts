/**
 * A crowd that listens while something else goes on: how long each event takes to each listener, at a given pace. It
 * must not know what else goes on.
 */
import { setTimeout as pause } from "node:timers/promises"
import { gather } from "./fan-out/crowd.js"
import { nextNumber, topic, whenPosted, type Subject } from "./subject.js"

export interface Live {
  /** Posts events one by one at a pace, and resolves with the milliseconds that each took to each listener. */
  during(seconds: number, perSecond: number): Promise<number[]>
  close(): void
}

/** Gathers a crowd at a server. */
export async function gatherLive(subject: Subject, size: number): Promise<Live> {
  let frame = Infinity
  let numbers: number[] = []
  let taken: number[] = []
  const crowd = await gather(size, subject.url, `token=${subject.token}`, topic, (before, now) => {
    for (let nth = Math.floor(before / frame); nth < Math.floor(now / frame); nth += 1)
      taken.push(performance.now() - whenPosted(numbers[nth]!))
  })
  crowd.reset()
  await Promise.all([subject.post(1), crowd.until(1)])
  const length = crowd.least()
  return {
    during: async (seconds, perSecond) => {
      crowd.reset()
      frame = length
      numbers = []
      taken = []
      const begun = performance.now()
      for (let sent = 0; sent < seconds * perSecond; sent += 1) {
        await pause(Math.max(0, begun + (sent * 1000) / perSecond - performance.now()))
        numbers.push(nextNumber())
        void subject.post(1)
      }
      await crowd.until(numbers.length * length)
      return taken
    },
    close: crowd.close,
  }
}
