/**
 * Does over REST what somebody does who looks after a building: changes a door, exchanges a panel, adds and removes a
 * cloud node. One piece of work at a time. It must not know what is told of it.
 */
import type { TopicName } from "@doorstream/contract"
import { refusedFault, LinkFault, type Ask } from "../api-session.js"
import { asWhole, isObject, type JsonObject } from "../json.js"
import type { Insist, Insisted } from "../rest/insist.js"
import type { Panels } from "../rest/panels.js"
import { nodePath } from "../rest/registry.js"
import type { LinkedNode } from "./linked-node.js"
import { SimulationRefused } from "./simulation.js"

/** Where the work is done. */
export interface WorkPlace {
  readonly deviceId: string
  readonly door: string
  readonly node: LinkedNode
}

export interface TechnicianOptions {
  readonly insist: Insist
  readonly systemId: string
  readonly panels: Panels
}

type Work = (place: WorkPlace) => Promise<readonly string[]>

type TopicByHand = Exclude<TopicName, `device.${string}` | "liveEvent">

const works = {
  "endpoint.sync.started": "changes a door",
  "endpoint.sync.finished": "changes a door",
  "endpoint.sync.finished.all": "changes a door",
  "sync.not_synced": "changes a door",
  "sync.synced": "changes a door",
  "cloudnode.connected": "exchanges a panel",
  "cloudnode.disconnected": "exchanges a panel",
  "cloudnode.registered": "exchanges a panel",
  "cloudnode.unregistered": "exchanges a panel",
  "cloudnode.created": "adds the spare",
  "cloudnode.deleted": "removes the spare",
} as const satisfies Record<TopicByHand, string>

const isByHand = (topic: TopicName): topic is TopicByHand => Object.hasOwn(works, topic)

const longestDwell = 5_400

/** The cloud node that is added and removed. */
const spareOf = (systemId: string) => ({
  name: "Spare Cloud Node",
  serialNumber: `SPARE-${systemId.slice(0, 8)}`,
  externalId: "doorstream-spare",
})

export class Technician {
  readonly #options: TechnicianOptions
  /** The dwell of doors before it was changed here, by their ids. */
  readonly #changed = new Map<string, { readonly path: string; readonly dwell: number }>()
  #hasSpare = false
  #queue: Promise<unknown> = Promise.resolve()

  constructor(options: TechnicianOptions) {
    this.#options = options
  }

  /** What it does so that this topic happens; undefined for one that happens at doors. */
  workFor(topic: TopicName): Work | undefined {
    if (!isByHand(topic)) return undefined
    switch (works[topic]) {
      case "changes a door":
        return (place) => this.#changeDoor(place)
      case "exchanges a panel":
        return (place) => this.#exchangePanel(place)
      case "adds the spare":
        return () => this.#addSpare()
      case "removes the spare":
        return () => this.#removeSpare()
    }
  }

  /** Does it when everything before is done, and says what was done. */
  async do(work: Work, place: WorkPlace): Promise<readonly string[]> {
    const done = this.#queue.then(() => work(place))
    this.#queue = done.catch(() => undefined)
    return done
  }

  /** Leaves everything as it was found, each thing tried once. */
  async leave(ask: Ask): Promise<void> {
    const asked: Promise<unknown>[] = [...this.#changed.values()].map(({ path, dwell }) =>
      ask("PATCH", path, { dwell }),
    )
    if (this.#hasSpare) asked.push(ask("DELETE", this.#sparePath))
    for (const { reason } of (await Promise.allSettled(asked)).filter(isRejected))
      if (!(reason instanceof LinkFault)) throw reason
  }

  get #sparePath(): string {
    const { systemId } = this.#options
    return nodePath(systemId, spareOf(systemId).externalId)
  }

  /** A tenth of a second more, and back the next time. */
  async #changeDoor({ deviceId, door, node }: WorkPlace): Promise<readonly string[]> {
    const { insist, systemId } = this.#options
    const path = `${nodePath(systemId, node.id)}/devices/${encodeURIComponent(deviceId)}`
    const there = bodyOf(await insist("GET", path), `The door "${door}" cannot be read`)
    const now = asWhole(there.dwell, 1, 30)
    const before = this.#changed.get(deviceId)?.dwell
    const dwell = before ?? (now < longestDwell ? now + 1 : now - 1)
    bodyOf(await insist("PATCH", path, { dwell }), `The door "${door}" cannot be changed`)
    if (before === undefined) this.#changed.set(deviceId, { path, dwell: now })
    else this.#changed.delete(deviceId)
    return [
      `changes the dwell of "${door}" from ${now} to ${dwell} tenths of a second`,
      `the cloud node "${node.name}" is synced, and its controllers take that over`,
    ]
  }

  async #exchangePanel({ node }: WorkPlace): Promise<readonly string[]> {
    const { panels } = this.#options
    await node.withNewPanel(async () => {
      await panels.unregister(node.id)
      return panels.register(node, false)
    })
    return [
      `unregisters the panel of the cloud node "${node.name}", whose link ends`,
      "registers it anew",
      "the cloud node comes back with the new key, and is synced",
    ]
  }

  async #addSpare(): Promise<readonly string[]> {
    const { insist, systemId } = this.#options
    const spare = spareOf(systemId)
    const removed = await this.#deleteSpare()
    const path = `/${encodeURIComponent(systemId)}/cloud-nodes`
    bodyOf(await insist("POST", path, spare), `The cloud node "${spare.name}" cannot be added`)
    this.#hasSpare = true
    return [
      ...(removed ? [`removes the cloud node "${spare.name}"`] : []),
      `adds the cloud node "${spare.name}"`,
    ]
  }

  async #removeSpare(): Promise<readonly string[]> {
    const { name } = spareOf(this.#options.systemId)
    const removes = `removes the cloud node "${name}"`
    if (await this.#deleteSpare()) return [removes]
    const added = await this.#addSpare()
    await this.#deleteSpare()
    return [...added, removes]
  }

  async #deleteSpare(): Promise<boolean> {
    const { status } = await this.#options.insist("DELETE", this.#sparePath)
    this.#hasSpare = false
    return status === 204
  }
}

const isRejected = (settled: PromiseSettledResult<unknown>): settled is PromiseRejectedResult =>
  settled.status === "rejected"

function bodyOf(answer: Insisted, what: string): JsonObject {
  if (answer.status < 300 && isObject(answer.body)) return answer.body
  throw new SimulationRefused(refusedFault(what, answer).message)
}
