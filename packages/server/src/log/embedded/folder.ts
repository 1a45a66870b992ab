/**
 * The data folder: one LMDB environment on disk, which the rooms that keep something share, so that their changes can
 * be one write. Knows nothing of what they keep.
 */
import { open, type Database, type RootDatabase } from "lmdb"
import { mkdir, open as openFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { claimFolder } from "./claim.js"
import { bringUpToDate } from "./format.js"

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
  /** Closes the folder after what is being written. */
  close(): Promise<void>
}

/** LMDB's limit for pages of 4 KiB. */
const longestKey = 1978

/** Address space, not memory or disk: more than the log may ever hold, so that the map need not move. */
const mapSize = 2 ** 36

/** See docs/decisions/0001-durability-of-the-embedded-log.md before changing any of this. */
const environment = {
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
 * @throws Error when it is in use, is of a newer format, or cannot be opened
 */
export async function openFolder(path: string): Promise<Folder> {
  const created = await mkdir(path, { recursive: true, mode: 0o700 })
  const ending = [claimFolder(path)]
  const close = async (): Promise<void> => {
    for (const end of ending.toReversed()) await end()
  }
  try {
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

function folderOf(root: RootDatabase, close: () => Promise<void>): Folder {
  let doubtful = false

  return {
    close,
    openTable: (name) => root.openDB<string, Uint8Array>({ name, keyEncoding: "binary", encoding: "string" }),

    async write(writes) {
      const long = writes.find(({ key }) => key.length > longestKey)
      if (long !== undefined) throw new RangeError(`A key of ${long.key.length} bytes is too long.`)
      try {
        // After some failures LMDB refuses everything until it is reopened. Only a synchronous transaction says so;
        // an asynchronous one would never settle.
        if (doubtful) root.transactionSync(() => undefined)
        doubtful = false
        await root.batch(() => writes.forEach(perform))
      } catch (failure) {
        doubtful = true
        await fail(failure)
      }
    },
  }
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
  await sync(join(path, "data.mdb"), "r+")
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
