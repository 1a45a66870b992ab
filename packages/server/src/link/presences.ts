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

export interface Presences {
  /** It has a link now; resolves when that is told, where it is to be told. */
  came(system: SystemId, cloudNodeId: string): Promise<void>
  /** Its link is gone; it was heard last at this time, by the clock. */
  went(system: SystemId, cloudNodeId: string, heard: Milliseconds): void
  /** Whoever was told to be there when the server ended last has the time from now on to come back. */
  begin(): void
  /** Tells nothing any more; resolves when nothing is being told. */
  stop(): Promise<void>
}

export function openPresences(deps: PresencesDeps): Presences {
  const { registry, silence, clock } = deps
  const watched = new Map<string, Watched>()
  let isStopped = false

  const watch = (key: string): Watched => {
    const known = watched.get(key)
    if (known !== undefined) return known
    const standing = standingAfterStart(clock())
    const fresh = { standing, turn: Promise.resolve(), pending: 0, timer: undefined }
    watched.set(key, fresh)
    return fresh
  }

  const meet = async (system: SystemId, id: string, happened: PresenceHappened): Promise<void> => {
    const node = watch(keyOf(system, id))
    if (isStopped) return
    clearTimeout(node.timer)
    node.timer = undefined
    const isTold = registry.find("presence", system, id)?.connected ?? false
    const now = clock()
    const decided = decidePresence({ ...node.standing, isTold }, happened, now, silence)
    node.standing = decided.standing
    if (decided.say !== undefined) {
      const { connected, at } = decided.say
      await deps.tellPresence(system, id, connected, deps.now() - Math.round(now - at))
    }
    if (decided.lookAt !== undefined) lookIn(system, id, decided.lookAt - now)
  }

  const inTurn = (system: SystemId, id: string, happened: PresenceHappened): Promise<void> => {
    const node = watch(keyOf(system, id))
    node.pending += 1
    const turn = node.turn.then(() => meet(system, id, happened))
    const done = (): void => {
      node.pending -= 1
      if (node.pending === 0 && node.timer === undefined && !node.standing.isThere)
        watched.delete(keyOf(system, id))
    }
    node.turn = turn.then(done, done)
    return turn
  }

  /** What could not be told is told at the next look. */
  const look = (system: SystemId, id: string, happened: PresenceHappened): void => {
    inTurn(system, id, happened).catch((fault: unknown) => {
      deps.fault(fault, "telling that a cloud node is gone")
      lookIn(system, id, silence)
    })
  }
  const lookIn = (system: SystemId, id: string, within: Milliseconds): void => {
    const node = watch(keyOf(system, id))
    clearTimeout(node.timer)
    node.timer = setTimeout(() => look(system, id, { what: "look" }), Math.max(1, within))
  }

  return {
    came: (system, id) => inTurn(system, id, { what: "came" }),
    went: (system, id, heard) => look(system, id, { what: "went", heard }),
    begin() {
      for (const { id: system } of registry.list("system", house))
        for (const { id, connected } of registry.list("presence", system))
          if (connected) look(system, id, { what: "look" })
    },
    async stop() {
      isStopped = true
      for (const { timer } of watched.values()) clearTimeout(timer)
      await Promise.all([...watched.values()].map(({ turn }) => turn))
      for (const { timer } of watched.values()) clearTimeout(timer)
    },
  }
}
