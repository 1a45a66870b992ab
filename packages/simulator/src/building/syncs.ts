/**
 * Controllers that take over what their cloud node was sent: each begins and finishes, and when the last one has, all
 * have. It must not know what they take over, or over which lines they report.
 */
import type { ReportableTopic } from "@doorstream/contract"
import { createAgenda } from "./agenda.js"
import type { Chance } from "./chance.js"
import type { Plan } from "./plan.js"
import type { Said } from "./site.js"

/** What comes of syncs. */
export interface SyncWorld {
  say(said: Said): void
  /** After all that was said of it: every controller of the cloud node has taken over what came. */
  synced(cloudNodeId: string, sync: number): void
  /** Whether a connection is cut off from its cloud node. */
  isCut(connectionId: string): boolean
}

export interface SyncBegun {
  /** Counts the syncs of a building; the Sending `synced` carries it. */
  readonly sync: number
  /** When all will have finished; never, as long as a controller is cut off. */
  readonly finishedAt: number
}

/** One controller that takes over. */
interface Taking {
  readonly cloudNodeId: string
  readonly connectionId: string
  /** Undefined as long as it could not begin. */
  until: number | undefined
}

interface Sync {
  readonly number: number
  readonly type: string
  /** By the id of the connection: those that have not finished. */
  readonly open: Map<string, Taking>
  /** The connections that have finished, in order. */
  finished: string[]
}

/** How long a controller takes, in milliseconds. */
const shortest = 200
const longest = 1_500

type EndpointTopic = Extract<ReportableTopic, `endpoint.${string}`>

export class Syncs {
  readonly #world: SyncWorld
  readonly #chance: Chance
  readonly #agenda = createAgenda<Taking>()
  /** By the id of the cloud node. */
  readonly #underWay = new Map<string, Sync>()
  #connections: Plan["connections"]
  #count = 0

  constructor({ connections }: Plan, world: SyncWorld, chance: Chance) {
    this.#connections = connections
    this.#world = world
    this.#chance = chance
  }

  nextAt(): number {
    return this.#agenda.nextAt() ?? Infinity
  }

  /**
   * Lets the controllers of a cloud node take over what came. One that is in the middle of an older sync takes over the
   * newer one in the same go; of the older one no end is told.
   */
  begin(cloudNodeId: string, type: string, at: number): SyncBegun {
    const older = this.#underWay.get(cloudNodeId)
    const sync: Sync = { number: ++this.#count, type, open: new Map(), finished: [] }
    this.#underWay.set(cloudNodeId, sync)
    const here = this.#connections.filter((connection) => connection.cloudNodeId === cloudNodeId)
    for (const { id: connectionId } of here) {
      const isAtIt = older?.open.get(connectionId)?.until !== undefined
      if (!isAtIt && this.#world.isCut(connectionId))
        sync.open.set(connectionId, { cloudNodeId, connectionId, until: undefined })
      else this.#take(sync, cloudNodeId, connectionId, at, !isAtIt)
    }
    const ends = [...sync.open.values()].map(({ connectionId, until }) =>
      until === undefined || this.#world.isCut(connectionId) ? Infinity : until,
    )
    this.#endIfAllHave(cloudNodeId, sync, at)
    return { sync: sync.number, finishedAt: Math.max(at, ...ends) }
  }

  /** Does what is next. Whoever is cut off finishes when it is mended. */
  goOn(): void {
    const at = this.nextAt()
    const taking = this.#agenda.take() as Taking
    const sync = this.#underWay.get(taking.cloudNodeId)
    if (sync?.open.get(taking.connectionId) !== taking || this.#world.isCut(taking.connectionId)) return
    this.#finish(sync, taking, at)
  }

  /** The connection is no longer cut off: it begins what it could not begin, and finishes what it could not finish. */
  mended(connectionId: string, at: number): void {
    for (const [cloudNodeId, sync] of this.#underWay) {
      const taking = sync.open.get(connectionId)
      if (taking === undefined) continue
      if (taking.until === undefined) this.#take(sync, cloudNodeId, connectionId, at, true)
      else if (taking.until <= at) this.#finish(sync, taking, at)
    }
  }

  /** Takes another plan: whatever is gone is not waited for. */
  replan({ cloudNodes, connections }: Plan, at: number): void {
    this.#connections = connections
    const nodeOf = new Map(connections.map(({ id, cloudNodeId }) => [id, cloudNodeId]))
    for (const [cloudNodeId, sync] of this.#underWay) {
      if (!cloudNodes.some(({ id }) => id === cloudNodeId)) this.#underWay.delete(cloudNodeId)
      const isHere = (id: string): boolean => nodeOf.get(id) === cloudNodeId
      for (const id of sync.open.keys()) if (!isHere(id)) sync.open.delete(id)
      sync.finished = sync.finished.filter(isHere)
      if (this.#underWay.has(cloudNodeId)) this.#endIfAllHave(cloudNodeId, sync, at)
    }
  }

  shift(by: number): void {
    this.#agenda.shift(by)
    for (const { open } of this.#underWay.values())
      for (const taking of open.values()) if (taking.until !== undefined) taking.until += by
  }

  #take(sync: Sync, cloudNodeId: string, connectionId: string, at: number, begins: boolean): void {
    const taking = { cloudNodeId, connectionId, until: at + this.#chance.between(shortest, longest) }
    sync.open.set(connectionId, taking)
    this.#agenda.add(taking.until, taking)
    if (begins) this.#say("endpoint.sync.started", connectionId, sync, at)
  }

  #finish(sync: Sync, { cloudNodeId, connectionId }: Taking, at: number): void {
    sync.open.delete(connectionId)
    sync.finished.push(connectionId)
    this.#say("endpoint.sync.finished", connectionId, sync, at)
    this.#endIfAllHave(cloudNodeId, sync, at)
  }

  #endIfAllHave(cloudNodeId: string, sync: Sync, at: number): void {
    if (sync.open.size > 0) return
    this.#underWay.delete(cloudNodeId)
    const last = sync.finished.at(-1)
    if (last !== undefined) this.#say("endpoint.sync.finished.all", last, sync, at)
    this.#world.synced(cloudNodeId, sync.number)
  }

  #say(topic: EndpointTopic, connectionId: string, { type }: Sync, at: number): void {
    this.#world.say({ topic, occurred: at, body: { connectionId, address: "", type } })
  }
}
