/**
 * The data folder: one LMDB environment on disk, which the rooms that keep something share, so that their changes can
 * be one write. Knows nothing of what they keep.
 */
import { open, type Database, type RootDatabase } from "lmdb"
import { existsSync } from "node:fs"
import { mkdir, open as openFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { claimFolder } from "./claim.js"
import { bringUpToDate } from "./format.js"
import { findDamage } from "./pages.js"

/** A named database whose keys are bytes and whose values are text. */
export type Table = Database<string, Uint8Array>

/** One change to a table; without a value the key goes. */
export interface Write {
  readonly table: Table
  readonly key: Uint8Array
  readonly value: string | undefined
}

export interface Folder {
  openTable(name: string): Table
  /** Makes all of the writes in one transaction, and resolves once it is flushed to disk. Rejects when none was kept. */
  write(writes: readonly Write[]): Promise<void>
  /** Copies what is flushed to a folder that is there, while others go on writing. */
  backup(path: string): Promise<void>
  /** Bytes of the folder's pages: those that hold something, and those that are free to be used again. */
  size(): { readonly used: number; readonly reusable: number }
  /** Whether nothing can be written any more until the folder is opened anew. */
  isBroken(): boolean
  /** Closes the folder after what is being written. */
  close(): Promise<void>
}

/** The file of a folder that holds everything but the keys. */
export const dataFile = "data.mdb"

/** A folder that has this file in it is a backup: to serve it would give positions again that were given since. */
export const backupMark = "backup.json"

/** LMDB's limit for pages of 4 KiB. */
const longestKey = 1978

/** Address space, not memory or disk: more than the log may ever hold, so that the map need not move. */
const mapSize = 2 ** 36

/** See docs/decisions/0001-durability-of-the-embedded-log.md before changing any of this. */
export const environment = {
  noSubdir: false,
  maxDbs: 16,
  mapSize,
  overlappingSync: false,
  eventTurnBatching: false,
  permissionsMode: 0o600,
}

/**
 * Opens the folder at a path; creates it, for its owner only, where there is none.
 *
 * @throws Error when it is in use (`code` folder_in_use), is of a newer format (format_newer), is a backup
 *   (folder_is_backup) or is damaged (folder_damaged), or cannot be opened
 */
export async function openFolder(path: string): Promise<Folder> {
  refuseBackup(path)
  const created = await mkdir(path, { recursive: true, mode: 0o700 })
  const ending = [claimFolder(path)]
  const close = async (): Promise<void> => {
    for (const end of ending.toReversed()) await end()
  }
  try {
    refuseDamaged(path)
    const root = open({ path, ...environment })
    ending.push(() => root.close())
    bringUpToDate(root)
    await syncAll(path, created !== undefined)
    return folderOf(root, close)
  } catch (failure) {
    await close()
    throw failure
  }
}

const plight = (code: string, message: string): Error => Object.assign(new Error(message), { code })

function refuseBackup(path: string): void {
  if (!existsSync(join(path, backupMark))) return
  const wayOut = `Put it into a new folder first: doorstream restore ${path} FOLDER`
  throw plight("folder_is_backup", `${path} is a backup. ${wayOut}`)
}

function refuseDamaged(path: string): void {
  const file = join(path, dataFile)
  const damage = existsSync(file) ? findDamage(file, { thorough: false }) : undefined
  if (damage === undefined) return
  const wayOut = "Put the last backup into a new folder: doorstream restore BACKUP FOLDER"
  throw plight("folder_damaged", `The data file ${file} is damaged: ${damage}. ${wayOut}`)
}

/** Remembers that a write has failed, as long as that may have broken the folder. */
function openDoubt(root: RootDatabase) {
  let cause: unknown
  return {
    raise: (failure: unknown): void => void (cause = failure),
    /** What the folder is broken by; undefined when it is well. */
    settle(): unknown {
      if (cause === undefined) return undefined
      try {
        // After some failures LMDB refuses everything until it is reopened. Only a synchronous transaction says so; an
        // asynchronous one would never settle.
        root.transactionSync(() => undefined)
        cause = undefined
      } catch (failure) {
        cause = failure
      }
      return cause
    },
  }
}

function folderOf(root: RootDatabase, close: () => Promise<void>): Folder {
  const tables = new Map<string, Table>()
  const doubt = openDoubt(root)

  return {
    close,
    isBroken: () => doubt.settle() !== undefined,
    backup: (path) => root.backup(path, true),
    size: () => sizeOf(root, tables.values()),

    openTable(name) {
      const known = tables.get(name)
      if (known !== undefined) return known
      const table = root.openDB<string, Uint8Array>({ name, keyEncoding: "binary", encoding: "string" })
      tables.set(name, table)
      return table
    },

    async write(writes) {
      const long = writes.find(({ key }) => key.length > longestKey)
      if (long !== undefined) throw new RangeError(`A key of ${long.key.length} bytes is too long.`)
      const broken = doubt.settle()
      if (broken !== undefined) return fail(broken)
      try {
        await root.batch(() => writes.forEach(perform))
      } catch (failure) {
        doubt.raise(failure)
        await fail(failure)
      }
    },
  }
}

interface TreeStats {
  readonly pageSize: number
  readonly treeBranchPageCount: number
  readonly treeLeafPageCount: number
  readonly overflowPages: number
}

/** The bytes of a table's pages. */
export function bytesOf(table: { getStats(): object }): number {
  return bytesIn(table.getStats() as TreeStats)
}

const bytesIn = (stats: TreeStats): number =>
  stats.pageSize * (stats.treeBranchPageCount + stats.treeLeafPageCount + stats.overflowPages)

/** What no table of ours has is free; the two meta pages, the tree of tables and that of free pages are LMDB's own. */
function sizeOf(root: RootDatabase, tables: Iterable<Table>): { used: number; reusable: number } {
  const stats = root.getStats() as TreeStats & { free: TreeStats; lastPageNumber: number }
  let used = 2 * stats.pageSize + bytesIn(stats) + bytesIn(stats.free)
  for (const table of tables) used += bytesOf(table)
  return { used, reusable: Math.max(0, (stats.lastPageNumber + 1) * stats.pageSize - used) }
}

const perform = ({ table, key, value }: Write): unknown =>
  value === undefined ? table.remove(key) : table.put(key, value)

/** LMDB rejects with an error that has the real one in a promise, which must be awaited lest it count as unhandled. */
async function fail(failure: unknown): Promise<never> {
  let cause = failure
  try {
    if (failure instanceof Error && "commitError" in failure) await failure.commitError
  } catch (commitError) {
    cause = commitError
  }
  throw new Error("The data folder could not be written.", { cause })
}

/** What a process that was killed had handed to the kernel counts as flushed from here on: make it so. */
async function syncAll(path: string, isNew: boolean): Promise<void> {
  await sync(join(path, dataFile), "r+")
  if (process.platform === "win32") return
  await sync(path, "r")
  if (isNew) await sync(dirname(path), "r")
}

async function sync(path: string, mode: "r" | "r+"): Promise<void> {
  const file = await openFile(path, mode)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
