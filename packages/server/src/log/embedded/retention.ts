/** How much of the log is kept, by age and by size over all systems; what is more is forgotten, oldest first. */
import type { Milliseconds } from "../../core/ports.js"
import { bytesOf, type Folder } from "./folder.js"
import { forgetOldest } from "./forget.js"
import type { Systems } from "./systems.js"
import type { Tables } from "./tables.js"
import type { Writer } from "./writer.js"

export interface Retention {
  /** How long an event is kept after it was received. */
  readonly age: Milliseconds
  /** How many bytes the events of all systems may take on disk, with their ids. */
  readonly bytes: number
}

export interface Sweeper {
  /** Forgets what is older or more than is to be kept. Asked again while it does, it answers for both. */
  sweep(): Promise<void>
  /** Resolves once the slice that is being forgotten is. */
  stop(): Promise<void>
}

export function openSweeper(
  { folder, tables, systems, writer }: { folder: Folder; tables: Tables; systems: Systems; writer: Writer },
  retention: Retention,
  now: () => Milliseconds,
): Sweeper {
  let stopped = false
  let sweeping: Promise<void> | undefined

  /** Goes on for as long as it must and there is something to forget; appends have their turn between slices. */
  const forgetWhile = async (must: () => boolean, before: Milliseconds): Promise<void> => {
    let forgotten = 1
    while (forgotten > 0 && must()) {
      forgotten = await writer.inTurn(() => forgetOldest(folder, tables, systems.all(), before))
    }
  }

  const sweep = async (): Promise<void> => {
    await forgetWhile(() => !stopped, now() - retention.age)
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
