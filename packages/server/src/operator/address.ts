/** Where the operator socket of a data folder is. It must not know what is said over it. */
import { createHash } from "node:crypto"
import { realpathSync } from "node:fs"
import { mkdtemp, realpath, rm, symlink } from "node:fs/promises"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"

/** A socket's path must fit into some 104 bytes on macOS and 108 on Linux. */
const longestPath = 100

/** The one socket of a folder: a file in it, or on Windows a pipe named after it. The folder must exist. */
export function operatorAddress(dataFolder: string): string {
  const folder = realpathSync(dataFolder)
  if (process.platform !== "win32") return join(folder, "operator.sock")
  return `\\\\.\\pipe\\doorstream-${createHash("sha256").update(folder.toLowerCase()).digest("hex").slice(0, 32)}`
}

/**
 * Hands over a path by which the socket can be bound or reached, however long its own is: a long one is shortened by a
 * link that stands for its folder meanwhile. So the socket is always in the data folder, whoever looks for it, with
 * whatever folder for temporary files.
 */
export async function withinReach<T>(address: string, use: (path: string) => Promise<T>): Promise<T> {
  if (process.platform === "win32" || Buffer.byteLength(address) <= longestPath) return use(address)
  const folder = await mkdtemp(join(await realpath(tmpdir()), "doorstream-"))
  try {
    const link = join(folder, "d")
    await symlink(dirname(address), link)
    return await use(join(link, basename(address)))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
