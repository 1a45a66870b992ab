/** A crowd of cloud nodes on their links, for the benchmark: they are made, registered, and report as they are told. */
import { setTimeout as wait } from "node:timers/promises"
import type { ServerMessage } from "@doorstream/contract"
import { NodeClient } from "@doorstream/simulator"
import { nodeOfNumber, system } from "../many-nodes.js"
import { topic, type Subject } from "../subject.js"

export interface Nodes {
  /** Sends so many reports in all, so many in a run, by so many nodes at once; resolves when all were acknowledged. */
  send(reports: number, run: number, by: number): Promise<void>
  /** Each node reports once a second; how long each acknowledgement took, in milliseconds, and how many never came. */
  tick(seconds: number): Promise<{ readonly latencies: readonly number[]; readonly lost: number }>
  close(): void
}

interface Linked {
  readonly client: NodeClient
  readonly door: string
  /** Hears each acknowledgement. */
  hear: (answer: Extract<ServerMessage, { type: "acknowledged" }>) => void
}

let count = 0
const reportOf = (door: string) => ({
  id: `link-${(count += 1)}`,
  topic,
  occurred: 1_719_356_407_640,
  body: { deviceId: door },
})

async function link({ url, token }: Subject, index: number): Promise<Linked> {
  const { node, door } = nodeOfNumber(index)
  const answer = await fetch(`${url}/${system.id}/cloud-nodes/${node.id}/panel`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}` },
  })
  const { key } = (await answer.json()) as { key: string }
  return new Promise((resolve) => {
    const client: NodeClient = new NodeClient({
      url,
      serialNumber: node.serialNumber,
      keys: [key],
      onAnswer: (acknowledged) => linked.hear(acknowledged),
      onWelcome: () => resolve(linked),
      onEnd: (closeCode, reason) => closeCode === 1005 || console.warn("a link has ended", closeCode, reason),
    })
    const linked: Linked = { client, door: door.id, hear: () => undefined }
  })
}

/** One node's reports of a minute, a second apart, from a moment of its own on. */
async function tickOne(linked: Linked, seconds: number, latencies: number[]): Promise<number> {
  const sent = new Map<string, number>()
  linked.hear = ({ accepted }) => {
    for (const { id } of accepted) {
      latencies.push(performance.now() - sent.get(id)!)
      sent.delete(id)
    }
  }
  await wait(Math.random() * 1000)
  const begun = performance.now()
  for (let second = 1; second <= seconds; second += 1) {
    const report = reportOf(linked.door)
    sent.set(report.id, performance.now())
    linked.client.send([report])
    await wait(Math.max(0, begun + second * 1000 - performance.now()))
  }
  await Promise.race([linked.client.settle(), wait(10_000, undefined, { ref: false })])
  return sent.size
}

export async function openNodes(subject: Subject, many: number): Promise<Nodes> {
  const all: Linked[] = []
  for (let index = 0; index < many; index += 1) all.push(await link(subject, index))
  return {
    async send(reports, run, by) {
      let left = reports / run
      const report = async ({ client, door }: Linked): Promise<void> => {
        while (left-- > 0) {
          client.send(Array.from({ length: run }, () => reportOf(door)))
          await client.settle()
        }
      }
      await Promise.all(all.slice(0, by).map(report))
    },
    async tick(seconds) {
      const latencies: number[] = []
      const lost = await Promise.all(all.map((each) => tickOne(each, seconds, latencies)))
      return { latencies, lost: lost.reduce((sum, each) => sum + each, 0) }
    },
    close: () => all.forEach(({ client }) => client.close()),
  }
}
