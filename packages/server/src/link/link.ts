/**
 * The node link: the WebSockets on which cloud nodes report. For each cloud node the newest link counts, and keeps its
 * credits from one to the next. It must not know of HTTP beyond an upgrade. PROTOCOL §16.
 */
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { linkFrameBytes, refuse, type Refusal } from "@doorstream/contract"
import { WebSocketServer, type WebSocket } from "ws"
import type { CommandNode } from "../core/commands.js"
import type { LinkStanding } from "../core/connected.js"
import { openCredits, type CreditBounds, type Credits } from "../core/credits.js"
import type { Proven, ServedMessage } from "../core/link-session.js"
import { confirmation } from "../core/panels.js"
import type { Later } from "../core/allowance.js"
import type { Milliseconds, SystemId } from "../core/ports.js"
import type { LinkDeps } from "./deps.js"
import { NodeLink, type LinkOwner } from "./node-link.js"
import { Orders } from "./orders.js"
import { Presences } from "./presences.js"
import { Syncs } from "./syncs.js"

export interface LinkCounts {
  readonly open: number
  readonly unproven: number
  /** Granted, and not used. */
  readonly credits: number
}

export interface Link {
  /** Why there can be no link for now. */
  meet(): Later | undefined
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Nodes can come from now on: those that were told to be there have their time to come back. */
  begin(): void
  /** The cloud node's panel is registered no longer: ends its link at once. */
  unregister(system: SystemId, cloudNodeId: string): void
  /** Something of a system was changed: cloud nodes that are to know of it are synced. */
  heed(system: SystemId): void
  /** Ends the links of panels that went in another way, such as with their whole system. */
  endUnregistered(): void
  readonly command: CommandNode
  counts(): LinkCounts
  /** Who is linked. */
  standings(): readonly LinkStanding[]
  /** Answers what is being done and ends every link, so that nodes come back later. Nobody is told to be gone. */
  drain(): Promise<void>
}

/** Reports that may be on their way, of one cloud node. */
const window = 1000

/** Links that have not proven a key, in all: each may have a frame in memory. */
const mostUnproven = 1000

/** Seconds after which one may have been given up. */
const afterUnproven = 5

const keyOf = (system: SystemId, cloudNodeId: string): string => JSON.stringify([system, cloudNodeId])

/** Who is linked: for each cloud node the newest link, with the credits that outlive it. */
class Owner implements LinkOwner {
  readonly links = new Set<NodeLink>()
  readonly #current = new Map<string, NodeLink>()
  readonly #credits = new Map<string, Credits>()
  readonly #deps: LinkDeps
  readonly #presences: Presences
  readonly #orders: Orders
  readonly #syncs: Syncs
  readonly #bounds: CreditBounds

  constructor(deps: LinkDeps, presences: Presences, syncs: Syncs) {
    this.#deps = deps
    this.#presences = presences
    this.#orders = new Orders(deps)
    this.#syncs = syncs
    this.#bounds = { window, perSecond: deps.reportsPerSecond }
  }

  /** Those that have not proven a key, or are about to close. */
  get unproven(): number {
    return this.links.size - this.#current.size
  }

  async enter(link: NodeLink, proven: Proven): Promise<Credits | Refusal> {
    const { system, cloudNodeId, keyHash } = proven
    const { registry } = this.#deps
    const key = keyOf(system, cloudNodeId)
    const older = this.#current.get(key)
    this.#current.set(key, link)
    older?.end(refuse("link_replaced"))

    const panel = registry.find("panel", system, cloudNodeId)
    // Whoever proves the newest key has it: the older one dies.
    if (panel !== undefined && panel.keyHashes.length > 1 && panel.keyHashes[0] === keyHash) {
      const by = { id: cloudNodeId, name: proven.serialNumber, from: link.address }
      const refused = await this.#deps.change(system, by, () =>
        confirmation(registry, system, cloudNodeId, keyHash),
      )
      if (refused !== undefined) return refused
    }
    await this.#presences.came(system, cloudNodeId)
    if (registry.find("panel", system, cloudNodeId)?.keyHashes.includes(keyHash) !== true)
      return refuse("panel_unregistered")
    return this.#credits.get(key) ?? openCredits(this.#bounds, this.#deps.clock())
  }

  async serve(link: NodeLink, revision: string | undefined): Promise<void> {
    const { system, cloudNodeId } = link.proven!
    await this.#syncs.came(system, cloudNodeId, revision, (message) => link.tell(message))
  }

  async hear(link: NodeLink, message: ServedMessage): Promise<Refusal | undefined> {
    const { system, cloudNodeId } = link.proven!
    if (message.type === "partTaken" || message.type === "synced")
      return this.#syncs.hear(system, cloudNodeId, message)
    this.#orders.hear(link, message)
    return undefined
  }

  command: CommandNode = (system, cloudNodeId, command, by) =>
    this.#orders.give(this.#current.get(keyOf(system, cloudNodeId)), { by, system, command })

  left(link: NodeLink, heard: Milliseconds, credits: Credits | undefined): void {
    this.#orders.left(link)
    if (link.proven === undefined) return
    const { system, cloudNodeId } = link.proven
    const key = keyOf(system, cloudNodeId)
    if (credits !== undefined) this.#credits.set(key, credits)
    if (this.#current.get(key) !== link) return
    this.#current.delete(key)
    this.#syncs.left(system, cloudNodeId)
    this.#presences.went(system, cloudNodeId, heard)
  }

  unregister(system: SystemId, cloudNodeId: string): void {
    const key = keyOf(system, cloudNodeId)
    this.#syncs.forget(system, cloudNodeId)
    this.#current.get(key)?.end(refuse("panel_unregistered"))
    this.#credits.delete(key)
  }

  endUnregistered(): void {
    for (const { system, cloudNode } of this.standings())
      if (this.#deps.registry.find("panel", system, cloudNode) === undefined)
        this.unregister(system, cloudNode)
  }

  counts(): LinkCounts {
    const credits = [...this.links].reduce((sum, link) => sum + link.credits, 0)
    return { open: this.links.size - this.unproven, unproven: this.unproven, credits }
  }

  standings(): readonly LinkStanding[] {
    return [...this.#current.values()].flatMap(({ proven, address, credits }) =>
      proven === undefined
        ? []
        : [
            {
              system: proven.system,
              cloudNode: proven.cloudNodeId,
              serialNumber: proven.serialNumber,
              address,
              credits,
              sync: this.#deps.registry.find("sync", proven.system, proven.cloudNodeId)?.status ?? "pending",
            },
          ],
    )
  }
}

export function openLink(deps: LinkDeps): Link {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: linkFrameBytes,
    perMessageDeflate: false,
  })
  const presences = new Presences(deps)
  const syncs = new Syncs(deps)
  const owner = new Owner(deps, presences, syncs)
  const { links } = owner

  const begin = (request: IncomingMessage, socket: WebSocket): void => {
    const free = deps.places.hold(request)
    const link = new NodeLink(socket, deps.addressOf(request), deps, owner)
    links.add(link)
    socket.once("close", () => {
      links.delete(link)
      free()
    })
  }
  return {
    command: owner.command,
    counts: () => owner.counts(),
    standings: () => owner.standings(),
    endUnregistered: () => owner.endUnregistered(),
    meet: () =>
      owner.unproven < mostUnproven ? undefined : { code: "server_full", retryAfter: afterUnproven },
    handleUpgrade: (request, socket, head) =>
      server.handleUpgrade(request, socket, head, (opened) => begin(request, opened)),
    begin: () => presences.begin(),
    unregister: (system, id) => owner.unregister(system, id),
    heed: (system) => syncs.heed(system),
    async drain() {
      syncs.stop()
      await presences.stop()
      await Promise.all([...links].map((link) => link.drain()))
    },
  }
}
