/**
 * The one writer of the log. What is appended while a group is being flushed waits and makes the next group: the more
 * there is to do, the more goes into one flush.
 */
import type { Appended, Entry, Row } from "../../core/ports.js"
import type { Folder, Write } from "./folder.js"
import { countOfGroup, planGroup, type Append, type Group } from "./group.js"
import type { SystemLog } from "./systems.js"
import type { Tables } from "./tables.js"

export interface Writer {
  /** Resolves once the entries are flushed and followers have heard them. */
  append(log: SystemLog, entries: readonly Entry[], beside?: readonly Write[]): Promise<Appended[]>
  /** Does something else to the tables while no group is being written. */
  inTurn<T>(work: () => Promise<T>): Promise<T>
  /** Resolves once all that was asked for is done. */
  settle(): Promise<void>
}

interface Pending extends Append {
  resolve(appended: Appended[]): void
  reject(fault: unknown): void
}

export function openWriter(folder: Folder, tables: Tables): Writer {
  const pending: Pending[] = []
  let turns: Promise<unknown> = Promise.resolve()

  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = turns.then(work)
    turns = Promise.allSettled([turn])
    return turn
  }

  const writeGroup = async (): Promise<void> => {
    const appends = pending.splice(0, countOfGroup(pending))
    if (pending.length > 0) void inTurn(writeGroup)
    try {
      const group = planGroup(appends, tables)
      if (group.writes.length > 0) await folder.write(group.writes)
      publish(group)
      appends.forEach(({ resolve }, index) => resolve(group.answers[index] ?? []))
    } catch (fault) {
      for (const { reject } of appends) reject(fault)
    }
  }

  return {
    inTurn,
    async settle() {
      let last
      do {
        last = turns
        await last
      } while (last !== turns)
    },
    append: (log, entries, beside = []) =>
      new Promise((resolve, reject) => {
        pending.push({ log, entries, beside, resolve, reject })
        if (pending.length === 1) void inTurn(writeGroup)
      }),
  }
}

/** All heads move before anybody hears of it, so that a follower sees one state wherever it looks. */
function publish({ rows }: Group): void {
  for (const [log, { length }] of rows) log.last += length
  for (const [log, heard] of rows) if (heard.length > 0) tell(log, heard)
}

/** Nobody begins to follow while others are told: that takes a turn of its own. Who stops meanwhile hears no more. */
function tell({ followers }: SystemLog, rows: readonly Row[]): void {
  for (const follower of followers) {
    try {
      follower.heard(rows)
    } catch (bug) {
      // The rows are kept, whatever became of this follower: its bug ends the process, but not their append.
      queueMicrotask(() => {
        throw bug
      })
    }
  }
}
