/** The log in a data folder on this machine: one process, nothing to install. Joins the parts in this folder. */
import type { Log, Milliseconds, SystemId } from "../../core/ports.js"
import type { Folder, Write } from "./folder.js"
import { readPage } from "./read.js"
import { bytesInUse, openSweeper, type Retention } from "./retention.js"
import { loadSystems, type Follower } from "./systems.js"
import { openTables } from "./tables.js"
import { openWriter } from "./writer.js"

export interface EmbeddedLog extends Log {
  /** Forgets what is older or more than is to be kept, oldest first. */
  sweep(): Promise<void>
  /** How many bytes the events of all systems take on disk. */
  size(): number
  /** Resolves once what was being written is written; what is appended after that is rejected. */
  close(): Promise<void>
}

export interface EmbeddedLogOptions {
  readonly retention: Retention
  now(): Milliseconds
  /** Whether there is no such system any more: nothing of it is kept. */
  isGone?(system: SystemId): boolean
}

/** Opens the log in a folder, which stays the caller's to close. Takes time by the number of systems, not of events. */
export function embeddedLog(folder: Folder, options: EmbeddedLogOptions): EmbeddedLog {
  const tables = openTables(folder)
  const systems = loadSystems(folder, tables)
  const writer = openWriter(folder, tables)
  const sweeper = openSweeper({ folder, tables, systems, writer }, options)
  let closed = false

  return {
    async append(system, entries, beside) {
      if (entries.some(({ events }) => events.length === 0))
        throw new RangeError("An entry has one event or more.")
      const log = await systems.of(system)
      if (closed) throw new Error("The log is closed.")
      return writer.append(log, entries, beside as readonly Write[] | undefined)
    },
    read: async (system, from, bounds) => readPage(tables, await systems.of(system), from, bounds),
    async extent(system) {
      const { epoch, first, last } = await systems.of(system)
      return { epoch, first, last }
    },
    async follow(system, heard) {
      const { followers, last } = await systems.of(system)
      const follower: Follower = { heard }
      followers.add(follower)
      return { last, stop: () => void followers.delete(follower) }
    },
    sweep: () => sweeper.sweep(),
    size: () => bytesInUse(tables),
    async close() {
      closed = true
      await sweeper.stop()
      await writer.settle()
    },
  }
}

/**
 * Sweeps a log every so often.
 *
 * @param failed hears what a sweep failed with; the next one comes all the same
 * @returns stops it
 */
export function startRetention(
  log: Pick<EmbeddedLog, "sweep">,
  every: Milliseconds,
  failed: (fault: unknown) => void,
): () => void {
  const timer = setInterval(() => void log.sweep().catch(failed), every)
  timer.unref()
  return () => clearInterval(timer)
}
