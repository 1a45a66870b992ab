/** How much of the log is kept, by age and by size over all systems; what is more is forgotten, oldest first. */
import type { Milliseconds, SystemId } from "../../core/ports.js"
import { openAges, type Family } from "./ages.js"
import { bytesOf, type Folder } from "./folder.js"
import { forgetOldest } from "./forget.js"
import type { SystemLog, Systems } from "./systems.js"
import type { Tables } from "./tables.js"
import { thinOldest } from "./thin.js"
import type { Writer } from "./writer.js"

export interface Retention {
  /** How long an event is kept after it was received, unless its topic is of a family. */
  readonly age: Milliseconds
  /** Topics that are kept for another time. */
  readonly families?: readonly Family[]
  /** How many bytes the events of all systems may take on disk, with their ids. */
  readonly bytes: number
}

export interface Sweeper {
  /** Forgets what is older or more than is to be kept. Asked again while it does, it answers for both. */
  sweep(): Promise<void>
  /** Resolves once the slice that is being forgotten is. */
  stop(): Promise<void>
}

interface SweeperOptions {
  readonly retention: Retention
  readonly now: () => Milliseconds
  /** Whether there is no such system any more: nothing of it is kept. */
  readonly isGone?: (system: SystemId) => boolean
}

export function openSweeper(
  { folder, tables, systems, writer }: { folder: Folder; tables: Tables; systems: Systems; writer: Writer },
  { retention, now, isGone = () => false }: SweeperOptions,
): Sweeper {
  const ages = openAges(retention.age, retention.families)
  const logsOfGone = () => [...systems.all()].filter(({ system }) => isGone(system))
  let stopped = false
  let sweeping: Promise<void> | undefined

  /** Goes on for as long as it must and there is something to forget; appends have their turn between slices. */
  const forgetWhile = async (must: () => boolean, before: Milliseconds, logs = systems.all) => {
    let forgotten = 1
    while (forgotten > 0 && must()) {
      forgotten = await writer.inTurn(() => forgetOldest(folder, tables, logs(), before))
    }
  }

  const thin = async (age: Milliseconds, log: SystemLog): Promise<void> => {
    const thinning = { ages, age, before: now() - age }
    const slice = () => writer.inTurn(() => thinOldest(folder, tables, log, thinning))
    for (let isMore = true; isMore;) isMore = !stopped && (await slice())
  }

  const sweep = async (): Promise<void> => {
    await forgetWhile(() => !stopped, Infinity, logsOfGone)
    await forgetWhile(() => !stopped, now() - ages.longest)
    for (const age of ages.shorter) for (const log of systems.all()) await thin(age, log)
    await forgetWhile(() => !stopped && bytesInUse(tables) > retention.bytes, Infinity)
  }

  return {
    sweep: () => (sweeping ??= sweep().finally(() => (sweeping = undefined))),
    async stop() {
      stopped = true
      await Promise.allSettled([sweeping])
    },
  }
}

/** The pages in use. The file itself never shrinks: what is free in it is used again. */
export const bytesInUse = ({ rows, ids }: Tables): number => bytesOf(rows) + bytesOf(ids)
