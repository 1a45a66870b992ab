/**
 * Backups of a data folder: made of a live server or of a folder where none runs, and put into new folders. What is at
 * the end of a path is always whole: everything is made beside it, synced, and then renamed.
 */
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises"
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { renewEpochs } from "./log/embedded/epochs.js"
import { claimFolder } from "./log/embedded/claim.js"
import { backupMark, dataFile, openFolder, type Folder } from "./log/embedded/folder.js"
import { findDamage } from "./log/embedded/pages.js"
import { pseudonymSecret } from "./tokens/pseudonyms.js"

/** Where something is made that is not whole yet. */
export const partOf = (path: string): string => `${path}.part`

/** What is asked for cannot be; the message says why and what to do. */
function refuse(message: string): never {
  throw Object.assign(new Error(message), { code: "backup_refused" })
}

/**
 * Makes a backup of an open folder, with its keys, at a path where nothing is.
 *
 * @returns the bytes of its data file
 * @throws with the code `backup_refused` where something is there already; as the system does where it cannot be written
 */
export async function makeBackup(folder: Folder, dataFolder: string, to: string): Promise<number> {
  if (existsSync(to)) refuse(`${to} is there already. A backup never overwrites; choose another name.`)
  await build(to, async (part) => {
    await folder.backup(part)
    await chmod(join(part, dataFile), 0o600)
    // After the data: a key that is younger than it does no harm, one that is missing would.
    await copyKeys(dataFolder, part)
    const mark = { made: new Date().toISOString() }
    await writeFile(join(part, backupMark), `${JSON.stringify(mark)}\n`, { mode: 0o600 })
  })
  return (await stat(join(to, dataFile))).size
}

/**
 * Puts a backup into a data folder that is new or empty, and gives its logs new epochs.
 *
 * @throws with the code `backup_refused` where the one is no backup or the other has something in it
 */
export async function restoreBackup(from: string, to: string): Promise<void> {
  if (!existsSync(join(from, dataFile))) refuse(`${from} is no backup: there is no ${dataFile} in it.`)
  if (existsSync(to) && (await readdir(to)).length > 0)
    refuse(`${to} has something in it already. A backup is only restored into a folder that is new or empty.`)
  const damage = findDamage(join(from, dataFile), { thorough: true })
  if (damage !== undefined) refuse(`The backup ${from} is damaged: ${damage}. Take another one.`)
  // The copy of a folder that is not marked, because it was made by hand, must not be one that a server writes to.
  const release = existsSync(join(from, backupMark)) ? undefined : claimFolder(from)
  try {
    await build(to, async (part) => {
      await copyFile(join(from, dataFile), join(part, dataFile))
      await chmod(join(part, dataFile), 0o600)
      await copyKeys(from, part)
      const folder = await openFolder(part)
      try {
        await renewEpochs(folder)
      } finally {
        await folder.close()
      }
    })
  } finally {
    await release?.()
  }
}

/** Makes a folder beside its path and renames it; leaves nothing behind where that fails. */
async function build(to: string, fill: (part: string) => Promise<void>): Promise<void> {
  const part = partOf(to)
  if (existsSync(part))
    refuse(`${part} is there: it is being written, or was broken off. Remove it in that case.`)
  await mkdir(part, { mode: 0o700 })
  try {
    await fill(part)
    await syncAll(part)
    if (existsSync(to)) await rmdir(to)
    await rename(part, to)
  } catch (failure) {
    await rm(part, { recursive: true, force: true })
    throw failure
  }
  await sync(dirname(to), "r")
}

async function copyKeys(from: string, to: string): Promise<void> {
  const keys = join(from, "keys")
  if (!existsSync(keys)) return
  // A key that is being made has another ending until it is whole.
  const filter = (path: string): boolean =>
    path === keys || path.endsWith(".json") || path.endsWith(pseudonymSecret)
  await cp(keys, join(to, "keys"), { recursive: true, filter })
}

async function syncAll(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncAll(path)
    else await sync(path, "r+")
  }
  await sync(folder, "r")
}

/** Windows cannot open a folder, and does not need it. */
async function sync(path: string, mode: "r" | "r+"): Promise<void> {
  if (mode === "r" && process.platform === "win32") return
  const file = await open(path, mode)
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}
