/**
 * Where the virtual buildings that run on this machine are found: a folder of this user only, with a socket for each. It
 * must not know what is said over them.
 */
import { createHash } from "node:crypto"
import { lstatSync, mkdirSync, readdirSync, realpathSync } from "node:fs"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"

/** A socket's path must fit into some 104 bytes on macOS and 108 on Linux. */
const longestPath = 100
const longestName = 40
const isWindows = process.platform === "win32"

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12)

/** Where they are unless told: below the folder for temporary files, or below /tmp where its path is too long. */
export function usualFolder(): string {
  const own = `doorstream-buildings-${isWindows ? shortHash(userInfo().username) : process.getuid?.()}`
  const usual = join(realpathSync(tmpdir()), own)
  const isLong = Buffer.byteLength(usual) + 1 + longestName > longestPath
  return isLong && !isWindows ? join("/tmp", own) : usual
}

/** What is wrong with a folder that somebody else could have put there, or can look into. */
function faultOf(folder: string): string | undefined {
  const found = lstatSync(folder)
  if (!found.isDirectory()) return "it is no folder"
  if (isWindows) return undefined
  if (found.uid !== process.getuid?.()) return "it is somebody else's"
  return (found.mode & 0o077) === 0 ? undefined : "others may look into it; chmod it to 700"
}

/**
 * Makes the folder where it is not there.
 *
 * @throws Error where it cannot be trusted
 */
export function makePlace(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const fault = faultOf(folder)
  if (fault !== undefined) throw new Error(`${folder} cannot be used: ${fault}.`)
}

/** The name of a building's socket: one for a system and a process. */
export const nameOf = (systemId: string, pid: number): string => `${pid}-${shortHash(systemId)}.sock`

/** Where a socket of this name is reached: the file itself, or on Windows a pipe that the file only tells of. */
export const addressOf = (folder: string, name: string): string =>
  isWindows ? `\\\\.\\pipe\\doorstream-${shortHash(folder)}-${name}` : join(folder, name)

/** The names of all sockets, those that were left behind too, the newest first. */
export function namesIn(folder: string): readonly string[] {
  let names: readonly string[]
  try {
    if (faultOf(folder) !== undefined) return []
    names = readdirSync(folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return []
    throw error
  }
  return names
    .filter((name) => /^\d+-[0-9a-f]{12}\.sock$/.test(name))
    .map((name) => ({ name, made: lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((one, other) => other.made - one.made)
    .map(({ name }) => name)
}
