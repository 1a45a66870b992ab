/**
 * A server under attack, with the limits of an ordinary one, and two good listeners who must go on hearing everything.
 * It must not know what the attacks are.
 */
import { expect } from "vitest"
import { readLimits } from "../../packages/doorstream/src/limits.js"
import { readSettings } from "../../packages/doorstream/src/settings.js"
import { ask } from "../support/ask.js"
import {
  cloudNode,
  doorReport,
  openHouse,
  systemId,
  type House,
  type HouseSettings,
} from "../support/house.js"
import { listen, listenRaw } from "../support/listeners.js"

export const reportsPath = `/${systemId}/cloud-nodes/${cloudNode.id}/reports`

/** What the good listeners hear. Attackers report other topics. */
const topic = "device.input.dps.opened"

export interface Site {
  readonly house: House
  readonly url: string
  readonly port: number
  /** Good for listening and reporting. */
  readonly token: string
  /**
   * Throws unless the server is well: it answers, neither it nor Node has warned of anything, and each good listener has heard everything
   * that was ever reported, in order, once.
   */
  expectWell(): Promise<void>
  /** What was logged as more than usual, warned of by Node, or thrown and never caught. */
  faults(): readonly unknown[]
  /** Resolves when no connection is open but those of the good listeners. */
  deserted(): Promise<void>
  close(): Promise<void>
}

/** The limits that a server has where nobody sets any. */
export const ordinaryLimits = readLimits(
  readSettings({ DOORSTREAM_DATA: "-", DOORSTREAM_PUBLIC_URL: "http://127.0.0.1" }),
).limits!

const occurredIn = (frame: string): number => Number(/"occurred":(\d+)/.exec(frame)?.[1])

/** Two listeners, of Socket.IO 4.8 and of plain Engine.IO 3, and what each has heard, by the time it occurred. */
async function seatListeners(url: string, token: string) {
  const modern = await listen(url, token, [topic])
  const plain = await listenRaw(url, `token=${token}`)
  plain.send(`421["subscribeIsolated",{"topics":["${topic}"]}]`)
  await plain.frames.until((all) => all.some((frame) => frame.startsWith("431")))
  const pinging = setInterval(() => plain.send("2"), 200)
  const events = (all: readonly string[]): readonly string[] => all.filter((frame) => frame.startsWith("42"))
  return {
    hearing: async (count: number): Promise<readonly (readonly unknown[])[]> => {
      const [heard, frames] = await Promise.all([
        modern.heard.atLeast(count),
        plain.frames.until((all) => events(all).length >= count),
      ])
      return [heard.map(({ event }) => event["occurred"]), events(frames).map(occurredIn)]
    },
    close: () => {
      clearInterval(pinging)
      modern.close()
      plain.close()
    },
  }
}

/** Keeps what nothing that comes from outside may ever cause. */
function keepFaults({ told }: House) {
  const faults: unknown[] = []
  const keep = (fault: unknown): void => void faults.push(fault)
  const events = ["warning", "uncaughtException", "unhandledRejection"]
  for (const event of events) process.on(event, keep)
  let seen = 0
  return {
    all: (): readonly unknown[] => {
      faults.push(...told.slice(seen).filter(({ level }) => level === "error" || level === "warn"))
      seen = told.length
      return faults
    },
    end: () => {
      for (const event of events) process.off(event, keep)
    },
  }
}

async function openConnections(house: House): Promise<number> {
  const { port } = house.told.find(({ text }) => text === "metrics")!.fields as { port: number }
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  const counts = [...metrics.matchAll(/^doorstream_connections\{[^}]*\} (\d+)$/gm)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

/** Looks again and again: what is let go of tells nobody. */
async function until(satisfied: () => Promise<boolean>): Promise<void> {
  while (!(await satisfied())) await new Promise((resolve) => setImmediate(resolve))
}

/** Short, so that whoever says nothing is soon let go of. */
const heartbeat = { interval: 2000, timeout: 3000 }

export async function openSite(settings: HouseSettings = {}): Promise<Site> {
  const house = await openHouse({ limits: ordinaryLimits, metricsPort: 0, heartbeat, ...settings })
  const { url } = house
  const token = await house.token()
  const listeners = await seatListeners(url, token)
  const reported: number[] = []
  const faults = keepFaults(house)

  return {
    house,
    url,
    port: Number(new URL(url).port),
    token,
    expectWell: async () => {
      const report = doorReport(topic)
      reported.push(report.occurred)
      const [answer, health] = await Promise.all([
        house.post(reportsPath, JSON.stringify(report), token),
        ask(`${url}/health`, {}),
      ])
      expect([answer.status, health.statusCode]).toEqual([200, 200])
      for (const heard of await listeners.hearing(reported.length)) expect(heard).toEqual(reported)
      expect(faults.all()).toEqual([])
    },
    faults: faults.all,
    deserted: () => until(async () => (await openConnections(house)) === 2),
    close: async () => {
      faults.end()
      listeners.close()
      await house.close()
    },
  }
}
