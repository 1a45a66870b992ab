/** What the log knows in memory of each system: where its log begins and ends, and who follows it. */
import { randomUUID } from "node:crypto"
import type { Milliseconds, Position, Row, SystemId } from "../../core/ports.js"
import type { Folder, Write } from "./folder.js"
import { positionOf, rowKey, systemKey, type SystemRecord, type Tables } from "./tables.js"

export interface Follower {
  heard(rows: readonly Row[]): void
}

export interface SystemLog {
  readonly system: SystemId
  readonly key: Buffer
  readonly epoch: string
  /** The oldest position that is kept; one more than `last` when nothing is. */
  first: Position
  /** The newest flushed position. */
  last: Position
  /** When the row at `first` was received, as soon as somebody looked. */
  oldest: Milliseconds | undefined
  thinned: Readonly<Record<string, Position>>
  readonly followers: Set<Follower>
}

export interface Systems {
  /** All that were ever appended to or looked at. */
  all(): Iterable<SystemLog>
  /** One system's log; resolves once its epoch is on disk. */
  of(system: SystemId): Promise<SystemLog>
}

/** Loads what is known of each system. Takes time by their number, not by that of their events. */
export function loadSystems(folder: Folder, tables: Tables): Systems {
  const logs = [...tables.systems.getRange()].map(({ value }) => loadSystem(tables, JSON.parse(value)))
  // Whoever asks while a system is being created waits in line, so that appends keep their order.
  const asked = new Map(logs.map((log) => [log.system, Promise.resolve(log)]))

  const create = async (system: SystemId): Promise<SystemLog> => {
    const record = { system, epoch: randomUUID(), first: 1 }
    await folder.write([writeRecord(tables, systemKey(system), record)])
    const log = loadSystem(tables, record)
    logs.push(log)
    return log
  }

  return {
    all: () => logs,
    of(system) {
      const known = asked.get(system)
      if (known !== undefined) return known
      const created = create(system)
      asked.set(system, created)
      created.catch(() => asked.delete(system))
      return created
    },
  }
}

export const writeRecord = (
  tables: Tables,
  key: Buffer,
  { system, epoch, first, thinned }: SystemRecord,
): Write => ({ table: tables.systems, key, value: JSON.stringify({ system, epoch, first, thinned }) })

function loadSystem(tables: Tables, { system, epoch, first, thinned = {} }: SystemRecord): SystemLog {
  const key = systemKey(system)
  const [newest] = tables.rows.getKeys({
    start: rowKey(key, Number.MAX_SAFE_INTEGER),
    end: rowKey(key, 0),
    reverse: true,
    limit: 1,
  })
  const last = newest === undefined ? first - 1 : positionOf(newest)
  return { system, key, epoch, first, last, oldest: undefined, thinned, followers: new Set() }
}
