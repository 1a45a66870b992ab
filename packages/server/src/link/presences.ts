/**
 * Who is there: keeps what `core/presence` decides, looks again when it says so, and has told what is to be told, for
 * each cloud node one after the other. It must not know what a link is.
 */
import {
  decidePresence,
  standingAfterStart,
  type PresenceHappened,
  type Standing,
  type TellPresence,
} from "../core/presence.js"
import { house, type Milliseconds, type Registry, type SystemId } from "../core/ports.js"

interface Watched {
  readonly system: SystemId
  readonly id: string
  /** What was told is the registry's to know. */
  standing: Omit<Standing, "isTold">
  turn: Promise<void>
  /** How much is still to be met. */
  pending: number
  timer: NodeJS.Timeout | undefined
}

interface PresencesDeps {
  readonly registry: Registry
  readonly tellPresence: TellPresence
  readonly silence: Milliseconds
  readonly now: () => Milliseconds
  readonly clock: () => Milliseconds
  readonly fault: (fault: unknown, what: string) => void
}

const keyOf = (system: SystemId, cloudNodeId: string): string => JSON.stringify([system, cloudNodeId])

export class Presences {
  readonly #deps: PresencesDeps
  readonly #watched = new Map<string, Watched>()
  #isStopped = false

  constructor(deps: PresencesDeps) {
    this.#deps = deps
  }

  /** It has a link now; resolves when that is told, where it is to be told. */
  came(system: SystemId, cloudNodeId: string): Promise<void> {
    return this.#inTurn(this.#watch(system, cloudNodeId), { what: "came" })
  }

  /** Its link is gone; it was heard last at this time, by the clock. */
  went(system: SystemId, cloudNodeId: string, heard: Milliseconds): void {
    this.#look(this.#watch(system, cloudNodeId), { what: "went", heard })
  }

  /** Whoever was told to be there when the server ended last has the time from now on to come back. */
  begin(): void {
    const { registry } = this.#deps
    for (const { id: system } of registry.list("system", house))
      for (const { id, connected } of registry.list("presence", system))
        if (connected) this.#look(this.#watch(system, id), { what: "look" })
  }

  /** Tells nothing any more; resolves when nothing is being told. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.all([...this.#watched.values()].map(({ turn }) => turn))
    for (const { timer } of this.#watched.values()) clearTimeout(timer)
  }

  #watch(system: SystemId, id: string): Watched {
    const key = keyOf(system, id)
    const known = this.#watched.get(key)
    if (known !== undefined) return known
    const standing = standingAfterStart(this.#deps.clock())
    const fresh = { system, id, standing, turn: Promise.resolve(), pending: 0, timer: undefined }
    this.#watched.set(key, fresh)
    return fresh
  }

  #inTurn(node: Watched, happened: PresenceHappened): Promise<void> {
    node.pending += 1
    const turn = node.turn.then(() => this.#meet(node, happened))
    node.turn = this.#after(node, turn)
    return turn
  }

  /** Whoever is neither there nor missed is watched no longer. */
  async #after(node: Watched, turn: Promise<void>): Promise<void> {
    await Promise.allSettled([turn])
    node.pending -= 1
    if (node.pending === 0 && node.timer === undefined && !node.standing.isThere)
      this.#watched.delete(keyOf(node.system, node.id))
  }

  async #meet(node: Watched, happened: PresenceHappened): Promise<void> {
    const { registry, clock, silence } = this.#deps
    const { system, id } = node
    if (this.#isStopped) return
    clearTimeout(node.timer)
    node.timer = undefined
    const isTold = registry.find("presence", system, id)?.connected ?? false
    const now = clock()
    const { standing, say, lookAt } = decidePresence({ ...node.standing, isTold }, happened, now, silence)
    node.standing = standing
    if (lookAt !== undefined) this.#lookIn(node, lookAt - now)
    if (say === undefined) return
    const at = this.#deps.now() - Math.round(now - say.at)
    await this.#deps.tellPresence(system, id, say.connected, at)
  }

  /** What could not be told is told at the next look. */
  #look(node: Watched, happened: PresenceHappened): void {
    this.#inTurn(node, happened).catch((fault: unknown) => {
      this.#deps.fault(fault, "telling that a cloud node is gone")
      this.#lookIn(node, this.#deps.silence)
    })
  }

  #lookIn(node: Watched, within: Milliseconds): void {
    this.#watched.set(keyOf(node.system, node.id), node)
    clearTimeout(node.timer)
    node.timer = setTimeout(() => this.#look(node, { what: "look" }), Math.max(1, within))
  }
}
