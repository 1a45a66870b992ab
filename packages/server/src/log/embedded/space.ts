/**
 * The disk under a data folder: how much more may be written before a reserve is touched, which is left to what frees
 * space again. It must not know what is written.
 */
import { statfs } from "node:fs/promises"
import { refuse, type Refusal } from "@doorstream/contract"
import type { Milliseconds } from "../../core/ports.js"
import type { Folder } from "./folder.js"

export interface DiskSpace {
  /** Bytes of the data folder that hold something. */
  readonly used: number
  /** Bytes that it may hold, by what the disk has left and without the reserve. */
  readonly usable: number
  readonly reserve: number
}

/** `scarce` from 80 % on; `full` when appends are refused. */
export type Plenty = "ample" | "scarce" | "full"

export interface Space {
  /** Does what writes about so many bytes; refuses `storage_full` instead where the reserve would be touched. */
  spend<T>(bytes: number, work: () => Promise<T>): Promise<T | Refusal>
  /** Looks at the disk, and tells when there is less or more than at the last look. To be called now and then. */
  look(): Promise<DiskSpace>
  plenty(): Plenty
  /** The disk as it was at the last look. */
  seen(): DiskSpace
}

export interface SpaceOptions {
  readonly folder: Pick<Folder, "size">
  readonly path: string
  /** Bytes of the disk that are not filled. */
  readonly reserve: number
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => Milliseconds
  readonly tell: (plenty: Plenty, space: DiskSpace) => void
  /** How many bytes of its disk anybody may write. Else it is asked of the system. */
  readonly askFree?: (path: string) => Promise<number>
}

const scarceFrom = 0.8
/** Below this it is ample again; the gap keeps a log that grows and shrinks from being told of each time. */
const ampleBelow = 0.75

/** How long a look is good for, where there is much more left than is asked for: others write to the disk too. */
const goodFor: Milliseconds = 1000
const much = 64e6

const askSystem = async (path: string): Promise<number> => {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

interface Sight {
  readonly space: DiskSpace
  /** Bytes that may still be written. */
  readonly left: number
  readonly at: Milliseconds
}

/** What is free inside the file is not always in one piece, or not yet: half of it is counted on. */
async function see({ folder, path, reserve, clock, askFree = askSystem }: SpaceOptions): Promise<Sight> {
  const free = await askFree(path)
  const { used, reusable } = folder.size()
  const left = Math.max(0, free - reserve) + reusable / 2
  return { space: { used, usable: used + left, reserve }, left, at: clock() }
}

function judge({ used, usable }: DiskSpace, isFull: boolean, before: Plenty): Plenty {
  if (isFull) return "full"
  return used / usable >= (before === "ample" ? scarceFrom : ampleBelow) ? "scarce" : "ample"
}

/** Watches the disk. Nothing is known of it before the first look. */
export function openSpace(options: SpaceOptions): Space {
  let seen: Sight = { space: { used: 0, usable: 0, reserve: options.reserve }, left: 0, at: -Infinity }
  /** What was let in since the last look, and what of that is still being written. */
  let [spent, underWay] = [0, 0]
  /** The bytes of what was refused last, as long as there are no more than that. */
  let lacking = 1
  let plenty: Plenty = "ample"

  const left = (): number => seen.left - spent
  const tellChange = (): void => {
    const before = plenty
    plenty = judge(seen.space, left() < lacking, before)
    if (plenty !== before) options.tell(plenty, seen.space)
  }
  const look = async (): Promise<DiskSpace> => {
    seen = await see(options)
    spent = underWay
    if (left() >= lacking) lacking = 1
    tellChange()
    return seen.space
  }

  return {
    look,
    plenty: () => plenty,
    seen: () => seen.space,
    async spend(bytes, work) {
      if (options.clock() - seen.at > goodFor || left() - bytes < much) await look()
      // From here to where it is counted nothing is awaited, so that two are not let in where there is room for one.
      if (left() < bytes) {
        lacking = bytes
        tellChange()
        return refuse("storage_full")
      }
      spent += bytes
      underWay += bytes
      return work().finally(() => (underWay -= bytes))
    },
  }
}

/**
 * Looks every so often.
 *
 * @param failed hears what a look failed with; the next one comes all the same
 * @returns stops it
 */
export function watchSpace(
  space: Pick<Space, "look">,
  every: Milliseconds,
  failed: (fault: unknown) => void,
): () => void {
  const timer = setInterval(() => void space.look().catch(failed), every)
  timer.unref()
  return () => clearInterval(timer)
}
