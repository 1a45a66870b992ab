/**
 * Claims a data folder for one process. Two that write to one folder would give the same positions to different
 * events; the kernel forgets a claim with its process, so none is ever stale. Knows nothing of what is in the folder.
 */
import { open } from "lmdb"
import { join } from "node:path"

/** Whoever reads in this environment, in which nothing is ever written, has the folder. */
const claimFile = "claim.mdb"

/**
 * Claims the folder; the answer gives it back.
 *
 * @throws Error with the code `folder_in_use` when another process has it, or this one has it already
 */
export function claimFolder(path: string): () => Promise<void> {
  const claim = open({ path: join(path, claimFile), noSubdir: true, overlappingSync: false })
  const reading = claim.useReadTransaction()
  const release = async (): Promise<void> => {
    reading.done()
    await claim.close()
  }
  const claimants = claim.readerList().trim().split("\n").slice(1)
  if (claimants.length === 1) return release
  void release()
  const pids = claimants.map((line) => Number.parseInt(line))
  const other = pids.find((pid) => pid !== process.pid) ?? process.pid
  const message = `The data folder ${path} is in use by process ${other}. Stop that, or choose another folder.`
  throw Object.assign(new Error(message), { code: "folder_in_use" })
}
