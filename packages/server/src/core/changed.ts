/**
 * What has changed of late, by system, so that a cloud node that was synced before is sent that alone. It is bounded, and
 * gone with the process: whoever asks for more than is remembered is sent everything. It must not know cloud nodes.
 */
import type { SyncedKind } from "@doorstream/contract"
import { isSynced } from "./known.js"
import type { Change, SystemId } from "./ports.js"

export interface ChangedThing {
  readonly kind: SyncedKind
  readonly id: string
}

/** A moment between two changes of a system. */
export type Moment = number

export interface Changed {
  /** Hears of changes before they are made; whoever asks from then on is told of them. */
  hear(system: SystemId, changes: readonly Change[]): void
  /** The moment after all that was heard. */
  now(system: SystemId): Moment
  /** What has changed since then, each once, the oldest first; undefined where that is not remembered. */
  since(system: SystemId, moment: Moment): readonly ChangedThing[] | undefined
}

interface Remembered {
  things: ChangedThing[]
  /** How many were forgotten before those. */
  forgotten: number
}

/** @param most how many changes of each system are remembered */
export function openChanged(most = 10_000): Changed {
  const bySystem = new Map<SystemId, Remembered>()
  const of = (system: SystemId): Remembered => {
    const known = bySystem.get(system)
    if (known !== undefined) return known
    const fresh = { things: [], forgotten: 0 }
    bySystem.set(system, fresh)
    return fresh
  }
  return {
    hear(system, changes) {
      const remembered = of(system)
      for (const { kind, value } of changes)
        if (isSynced(kind)) remembered.things.push({ kind, id: value.id })
      const over = remembered.things.length - most
      // Cut seldom and by half, so that it costs nothing for each.
      if (over <= 0) return
      const cut = over + Math.floor(most / 2)
      remembered.things = remembered.things.slice(cut)
      remembered.forgotten += cut
    },
    now: (system) => of(system).forgotten + of(system).things.length,
    since(system, moment) {
      const { things, forgotten } = of(system)
      if (moment < forgotten) return undefined
      const once = new Map(
        things.slice(moment - forgotten).map((thing) => [`${thing.kind} ${thing.id}`, thing]),
      )
      return [...once.values()]
    },
  }
}
