/**
 * Syncs cloud nodes over their links: waits until changes have come to rest, sends what is new part by part, and has told
 * what is to be told. It must not know what a change means: `core/unsynced` does. PROTOCOL §18.
 */
import { isRefusal, refuse, type Refusal, type ServerMessage } from "@doorstream/contract"
import type { Changed, Moment } from "../core/changed.js"
import type { ServedMessage } from "../core/link-session.js"
import type { Milliseconds, Registry, Sync, SystemId } from "../core/ports.js"
import { begin, finish, meetNode, type TellSync } from "../core/sync.js"
import { Slots } from "./slots.js"
import { partsFor, type SyncPart } from "./sync-parts.js"

export interface SyncsDeps {
  readonly registry: Registry
  readonly tellSync: TellSync
  readonly changed: Changed
  /** For how long nothing may change before a sync begins. */
  readonly syncQuiet: Milliseconds
  readonly freshId: () => string
  readonly now: () => Milliseconds
  readonly clock: () => Milliseconds
  readonly fault: (fault: unknown, what: string) => void
}

/** What is being sent. */
interface Transfer {
  readonly revision: string
  readonly moment: Moment
  readonly parts: Iterator<SyncPart, undefined>
  /** The part that it has not answered yet. */
  under: SyncPart
  /** When it had taken all of it. */
  takenAt?: Milliseconds
}

/** A cloud node on its link. */
interface Linked {
  readonly system: SystemId
  readonly id: string
  readonly tell: (message: ServerMessage) => void
  /** What it has, where that is known here. */
  holds?: string | undefined
  transfer?: Transfer | undefined
  timer?: NodeJS.Timeout | undefined
  isBeginning?: boolean
  /** Since when it has waited for changes to come to rest. */
  waitsSince?: Milliseconds | undefined
}

export type SyncMessage = Extract<ServedMessage, { type: "partTaken" | "synced" }>

/** Where changes never come to rest, a sync begins after so many times the quiet. */
const mostQuiets = 10

/** How long controllers may take before what has changed since is sent nevertheless. */
const controllersWithin: Milliseconds = 60_000

/** After a fault of the disk it is tried again. */
const afterFault: Milliseconds = 10_000

export class Syncs {
  readonly #deps: SyncsDeps
  readonly #slots = new Slots<Linked>()
  readonly #linked = new Map<SystemId, Map<string, Linked>>()
  /** From which moment on changes are missing in a revision. */
  readonly #moments = new Map<string, Moment>()
  #isStopped = false

  constructor(deps: SyncsDeps) {
    this.#deps = deps
  }

  /** It can be synced from now on, and says what it has. */
  async came(
    system: SystemId,
    id: string,
    revision: string | undefined,
    tell: Linked["tell"],
  ): Promise<void> {
    const { tellSync, now } = this.#deps
    const kept = await tellSync(system, id, (before) => meetNode(before, id, revision, now()))
    if (isRefusal(kept)) return
    const node: Linked = { system, id, tell, holds: kept.known }
    this.left(system, id)
    const inSystem = this.#linked.get(system) ?? new Map<string, Linked>()
    this.#linked.set(system, inSystem.set(id, node))
    if (kept.status !== "synced") this.#wait(node)
  }

  /** Its link is gone, and with it what was under way. */
  left(system: SystemId, id: string): void {
    const node = this.#linked.get(system)?.get(id)
    if (node === undefined) return
    clearTimeout(node.timer)
    this.#linked.get(system)?.delete(id)
    this.#slots.free(node)
  }

  /** Its panel is registered no longer: what it has is nobody's. */
  forget(system: SystemId, id: string): void {
    this.#forgetMoment(this.#linked.get(system)?.get(id)?.holds)
    this.left(system, id)
  }

  /** Something of a system has changed. */
  heed(system: SystemId): void {
    for (const node of this.#linked.get(system)?.values() ?? [])
      if (this.#deps.registry.find("sync", system, node.id)?.status === "pending") this.#wait(node)
  }

  /** What a cloud node says about its sync; a refusal ends its link. */
  async hear(system: SystemId, id: string, message: SyncMessage): Promise<Refusal | undefined> {
    const node = this.#linked.get(system)?.get(id)
    if (node === undefined) return undefined
    return message.type === "partTaken" ? this.#taken(node, message) : this.#synced(node, message.revision)
  }

  /** Begins nothing more. */
  stop(): void {
    this.#isStopped = true
    for (const inSystem of this.#linked.values())
      for (const { timer } of inSystem.values()) clearTimeout(timer)
  }

  #isLinked(node: Linked): boolean {
    return !this.#isStopped && this.#linked.get(node.system)?.get(node.id) === node
  }

  /** Until nothing has changed for a while. */
  #wait(node: Linked): void {
    const { clock, syncQuiet } = this.#deps
    node.waitsSince ??= clock()
    this.#lookIn(node, Math.min(syncQuiet, node.waitsSince + mostQuiets * syncQuiet - clock()))
  }

  #lookIn(node: Linked, within: Milliseconds): void {
    clearTimeout(node.timer)
    if (!this.#isLinked(node)) return
    node.timer = setTimeout(() => this.#look(node), Math.max(0, within))
  }

  #look(node: Linked): void {
    const { takenAt } = node.transfer ?? {}
    const left = takenAt === undefined ? 0 : takenAt + controllersWithin - this.#deps.clock()
    // What is under way comes first: its end looks again.
    if (node.isBeginning === true || (node.transfer !== undefined && takenAt === undefined)) return
    if (left > 0) return this.#lookIn(node, left)
    node.waitsSince = undefined
    this.#slots.take(node, () => void this.#beginOrTell(node))
  }

  async #beginOrTell(node: Linked): Promise<void> {
    node.isBeginning = true
    try {
      await this.#begin(node)
    } catch (fault) {
      this.#slots.free(node)
      this.#deps.fault(fault, "syncing a cloud node")
      this.#lookIn(node, afterFault)
    } finally {
      node.isBeginning = false
    }
  }

  async #begin(node: Linked): Promise<void> {
    const { registry, tellSync, changed, freshId, now } = this.#deps
    const { system, id: cloudNodeId } = node
    const revision = freshId()
    let moment: Moment | undefined
    const kept = await tellSync(system, cloudNodeId, (before: Sync | undefined) => {
      if (before === undefined || !this.#isLinked(node)) return refuse("panel_unregistered")
      if (before.status === "synced") return { sync: before }
      moment = changed.now(system)
      return begin(before, revision, now())
    })
    if (isRefusal(kept) || moment === undefined || !this.#isLinked(node)) return this.#slots.free(node)
    const from = node.holds
    const known = from === undefined ? undefined : this.#moments.get(from)
    const things = known === undefined ? undefined : changed.since(system, known)
    const since = from !== undefined && things !== undefined ? { since: { from, things } } : {}
    const parts = partsFor({ registry, system, cloudNodeId, revision, ...since })
    const first = parts.next().value!
    node.transfer = { revision, moment, parts, under: first }
    node.tell(first)
  }

  #taken(node: Linked, { revision, part }: Extract<SyncMessage, { type: "partTaken" }>): Refusal | undefined {
    const { transfer } = node
    const isAwaited = transfer?.takenAt === undefined && transfer?.under.part === part
    if (transfer === undefined || transfer.revision !== revision || !isAwaited)
      return refuse("sync_unexpected")
    const next = transfer.parts.next().value
    if (next !== undefined) {
      transfer.under = next
      node.tell(next)
      this.#slots.prolong(node)
      return undefined
    }
    transfer.takenAt = this.#deps.clock()
    this.#forgetMoment(node.holds)
    node.holds = revision
    this.#moments.set(revision, transfer.moment)
    this.#slots.free(node)
    return undefined
  }

  async #synced(node: Linked, revision: string): Promise<Refusal | undefined> {
    const { transfer, system, id } = node
    // It was sent another one meanwhile, of which it will speak as well.
    if (transfer?.revision !== revision && this.#moments.has(revision)) return undefined
    if (transfer?.revision !== revision || transfer.takenAt === undefined) return refuse("sync_unexpected")
    const { tellSync, now } = this.#deps
    const kept = await tellSync(system, id, (before) =>
      before === undefined ? refuse("panel_unregistered") : finish(before, revision, now()),
    )
    if (isRefusal(kept)) return kept
    node.transfer = undefined
    if (kept.status !== "synced") this.#wait(node)
    return undefined
  }

  #forgetMoment(revision: string | undefined): void {
    if (revision !== undefined) this.#moments.delete(revision)
  }
}
