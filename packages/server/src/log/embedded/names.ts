/**
 * Keeps named listeners in a data folder: all of them in memory, and on disk what changed, many in one write. It must not
 * know how anything of them is proven, nor who is connected.
 */
import { createHash } from "node:crypto"
import { refuse } from "@doorstream/contract"
import type { ListenerName, NamedListener, Names } from "../../core/names.js"
import type { Milliseconds } from "../../core/ports.js"
import type { Folder, Write } from "./folder.js"

export interface KeptNames extends Names {
  /** Forgets those that were not there for too long, and those whose system or API client is gone. */
  sweep(): Promise<void>
  /** Resolves once all is written. */
  close(): Promise<void>
}

export interface NamesOptions {
  /** How long one is kept that does not come. */
  readonly age: Milliseconds
  readonly now: () => Milliseconds
  /** Whether there is no such system or API client any more. */
  readonly isGone: (of: ListenerName) => boolean
  readonly fault: (fault: unknown, what: string) => void
}

const writeEvery: Milliseconds = 1000

/** The most names of one API client in one system: an application must not make up new ones for ever. */
const most = 10_000

const idOf = ({ system, client, name }: ListenerName): string => [system, client, name].join("\n")
const groupOf = ({ system, client }: ListenerName): string => [system, client].join("\n")
const keyOf = (id: string): Buffer => createHash("sha256").update(id).digest()

/** What is kept, in memory, with how many there are of each API client in each system. */
function openMemory(loaded: Iterable<NamedListener>) {
  const byId = new Map<string, NamedListener>()
  const counts = new Map<string, number>()
  const count = (group: string, more: number): void => void counts.set(group, (counts.get(group) ?? 0) + more)
  const put = (listener: NamedListener): void => {
    const id = idOf(listener)
    if (!byId.has(id)) count(groupOf(listener), 1)
    byId.set(id, listener)
  }
  const remove = (of: ListenerName): boolean => {
    const had = byId.delete(idOf(of))
    if (had) count(groupOf(of), -1)
    return had
  }
  for (const listener of loaded) put(listener)
  return {
    byId,
    put,
    remove,
    isFull: (of: ListenerName): boolean => !byId.has(idOf(of)) && (counts.get(groupOf(of)) ?? 0) >= most,
  }
}

/** Writes what changed, at once or within a second; what could not be written is written with what comes next. */
function openWriting(folder: Folder, read: (id: string) => NamedListener | undefined, options: NamesOptions) {
  const table = folder.openTable("listeners")
  const changed = new Set<string>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  const writeOf = (id: string): Write => {
    const listener = read(id)
    return { table, key: keyOf(id), value: listener && JSON.stringify(listener) }
  }
  const writeChanged = async (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    if (changed.size === 0) return
    const ids = [...changed]
    changed.clear()
    await folder.write(ids.map(writeOf)).catch((failure: unknown) => {
      for (const id of ids) changed.add(id)
      throw failure
    })
  }
  /** Whoever asks while something is being written waits for the next write, which has all that changed by then. */
  const flush = (): Promise<void> => {
    const turn = writing.then(writeChanged)
    writing = turn.catch(() => undefined)
    return turn
  }
  return {
    table,
    flush,
    change: (id: string): void => {
      changed.add(id)
      timer ??= setTimeout(() => {
        flush().catch((failure: unknown) =>
          options.fault(failure, "keeping the positions of named listeners"),
        )
      }, writeEvery).unref()
    },
  }
}

const load = (folder: Folder): NamedListener[] =>
  [...folder.openTable("listeners").getRange()].map(({ value }) => JSON.parse(value) as NamedListener)

/** Opens the names in a folder, which stays the caller's to close. */
export function openNames(folder: Folder, options: NamesOptions): KeptNames {
  const { byId, put, remove, isFull } = openMemory(load(folder))
  const { flush, change } = openWriting(folder, (id) => byId.get(id), options)

  const forget = (of: ListenerName): boolean => {
    const had = remove(of)
    if (had) change(idOf(of))
    return had
  }
  const move = (listener: NamedListener): void => {
    put(listener)
    change(idOf(listener))
  }
  return {
    find: (of) => byId.get(idOf(of)),
    list: () => [...byId.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    move,
    async keep(listener) {
      if (isFull(listener)) return refuse("too_many_listeners", `There are ${most}.`)
      move(listener)
      await flush()
      return undefined
    },
    async forget(of) {
      const had = forget(of)
      await flush()
      return had
    },
    async sweep() {
      const before = options.now() - options.age
      for (const listener of byId.values())
        if (listener.seen < before || options.isGone(listener)) forget(listener)
      await flush()
    },
    close: flush,
  }
}
