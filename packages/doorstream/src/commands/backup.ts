/** `doorstream backup`, `restore` and `verify`: what keeps a data folder's content safe. */
import { existsSync } from "node:fs"
import { stat } from "node:fs/promises"
import { join, resolve } from "node:path"
import { partOf, restoreBackup, verifyFolder } from "@doorstream/server"
import { dataFolder, folderInWords, operate } from "../operate.js"
import { openProgress } from "../progress.js"
import { Plight, remark, say } from "../say.js"

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Makes a backup of the data folder, whether a server runs on it or not, and prints its path. */
export async function makeBackup(path: string): Promise<void> {
  const folder = dataFolder()
  if (!existsSync(folder))
    throw new Plight(`There is no data folder ${folder}. Choose one with DOORSTREAM_DATA=…`)
  const to = resolve(path)
  const progress = openProgress("Making a backup")
  const watching = setInterval(() => {
    // Who makes the backup may be another process, but it writes on this machine.
    stat(join(partOf(to), "data.mdb")).then(
      ({ size }) => progress.show(megabytes(size)),
      () => progress.show("beginning"),
    )
  }, 200)
  try {
    const { bytes } = await operate<{ readonly bytes: number }>("POST", "/backups", { to }, 0)
    progress.end()
    say(to)
    remark(`${megabytes(bytes)}, keys included: keep it as secret as the data folder.`)
  } finally {
    clearInterval(watching)
    progress.end()
  }
}

/** Puts a backup into a data folder that is new or empty, and verifies what stands there then. */
export async function restore(from: string, to: string | undefined): Promise<void> {
  const folder = to ?? dataFolder()
  await restoreBackup(resolve(from), resolve(folder)).catch((error: unknown) => {
    throw folderInWords(error, folder)
  })
  await verify(folder)
  remark(
    "What happened after the backup was made is gone. Its logs have new epochs: old cursors will be told.",
  )
}

/** Verifies a data folder or a backup; findings are printed, a line each, and make the exit code 1. */
export async function verify(path: string | undefined): Promise<void> {
  const folder = path ?? dataFolder()
  const progress = openProgress(`Verifying ${folder}`)
  const { findings, events } = await verifyFolder(folder, progress.show)
    .catch((error: unknown) => {
      throw inUse(error) ?? folderInWords(error, folder)
    })
    .finally(progress.end)
  for (const finding of findings) say(finding)
  if (findings.length > 0) {
    process.exitCode = 1
    remark(
      `${folder} is not well. Put the last good backup into a new folder: doorstream restore BACKUP FOLDER`,
    )
  } else remark(`${folder} is well: ${events.toLocaleString("en")} events.`)
}

const inUse = (error: unknown): Plight | undefined =>
  error instanceof Error && "code" in error && error.code === "folder_in_use"
    ? new Plight("A server runs on this folder. Make a backup and verify that: doorstream backup PATH")
    : undefined
