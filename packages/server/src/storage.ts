/** The storage of a server as a whole: its log on a folder, swept now and then, on a disk that is not filled. */
import type { Log, Milliseconds, SystemId } from "./core/ports.js"
import type { Folder } from "./log/embedded/folder.js"
import { embeddedLog, startRetention } from "./log/embedded/log.js"
import { openSpace, watchSpace, type DiskSpace, type Plenty, type Space } from "./log/embedded/space.js"
import type { Logger, ServerSettings } from "./settings.js"

export const sweepEvery: Milliseconds = 60_000
const lookEvery: Milliseconds = 10_000
const reserveUnlessTold = 512e6

export interface Storage {
  readonly log: Log
  /** How many bytes the events of all systems take on disk. */
  size(): number
  /** Forgets now what is no longer kept. */
  sweep(): Promise<void>
  readonly spend: Space["spend"]
  /** Looks at the disk now. */
  readonly look: Space["look"]
  /** The disk as it was when it was looked at last: some seconds ago at most. */
  readonly disk: Space["seen"]
  /** How much room there is; `broken` when the folder cannot be written until the server is started anew. */
  state(): Plenty | "broken"
}

interface StorageParts {
  readonly settings: ServerSettings
  readonly folder: Folder
  readonly now: () => Milliseconds
  /** Whether there is no such system any more. */
  readonly isGone: (system: SystemId) => boolean
  readonly logger: Logger
  readonly fault: (fault: unknown, what: string) => void
  readonly ending: (() => unknown)[]
}

/** Opens the log, and begins to sweep it and to watch its disk. */
export async function openStorage(parts: StorageParts, often = sweepEvery): Promise<Storage> {
  const { settings, folder, now, isGone, logger, fault, ending } = parts
  const log = embeddedLog(folder, { retention: settings.retention, now, isGone })
  ending.push(() => log.close())
  ending.push(startRetention(log, often, (error) => fault(error, "retention")))
  const space = openSpace({
    folder,
    path: settings.dataFolder,
    reserve: settings.diskReserve ?? reserveUnlessTold,
    clock: () => performance.now(),
    tell: (plenty, disk) => tellPlenty(logger, plenty, disk),
  })
  await space.look()
  ending.push(watchSpace(space, lookEvery, (error) => fault(error, "looking at the disk")))
  return {
    log,
    size: () => log.size(),
    sweep: () => log.sweep(),
    spend: space.spend,
    look: space.look,
    disk: space.seen,
    state: () => (folder.isBroken() ? "broken" : space.plenty()),
  }
}

const words = {
  ample: "there is room on the disk again",
  scarce:
    "the disk is filling up: the log has taken 80 % of what it may. Free some, or keep less (retention)",
  full: "the disk is full up to its reserve: reports are refused storage_full until there is room. Free some",
} as const

function tellPlenty(logger: Logger, plenty: Plenty, disk: DiskSpace): void {
  if (plenty === "ample") logger.info(disk, words.ample)
  else if (plenty === "scarce") logger.warn(disk, words.scarce)
  else logger.error(disk, words.full)
}
