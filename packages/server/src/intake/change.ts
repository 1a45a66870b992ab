/**
 * Changes the registry; what that causes is appended, and who did it is told in the audit, in the same write. It must not know who asks for a change, nor in
 * what words.
 */
import { isRefusal, refuse, type Refusal } from "@doorstream/contract"
import { auditOf } from "../core/audit.js"
import type { Changed } from "../core/changed.js"
import { entityEntries } from "../core/entity-events.js"
import { objectionTo } from "../core/objections.js"
import {
  house,
  type Author,
  type ChangeSystem,
  type Decided,
  type Milliseconds,
  type Registry,
  type SystemId,
} from "../core/ports.js"
import { unsyncedBy } from "../core/unsynced.js"

interface Changing {
  readonly registry: Registry
  readonly now: () => Milliseconds
  /** A UUID that was never used. */
  readonly freshId: () => string
  /** Is told of each change before it is made. */
  readonly changed?: Pick<Changed, "hear">
}

/** Makes the one way in which a system is changed. Whatever must be so in a registry is seen to here. */
export function openChanges({ registry, now, freshId, changed }: Changing): ChangeSystem {
  const withEvents = <T>(system: SystemId, by: Author, decided: Decided<T>): Decided<T> | Refusal => {
    const { changes } = decided
    const objection = objectionTo(changes, registry)
    if (objection !== undefined) return objection
    if (changes.length === 0) return decided
    const occurred = now()
    const audit = [auditOf(by, occurred, system, changes, registry)]
    const metadata = { userId: by.id, userName: by.name, occurred }
    const unsynced = unsyncedBy(changes, registry, system, occurred)
    changed?.hear(system, changes)
    const entries = [...entityEntries(changes, registry, system, metadata, freshId), ...unsynced.entries]
    return {
      ...decided,
      changes: [...changes, ...unsynced.changes],
      audit,
      ...(entries.length === 0 ? {} : { events: { system, entries } }),
    }
  }
  return (system, by, decide) =>
    registry.change(() => {
      // A request may have waited while its system was removed.
      if (isRemoved(registry, system)) return refuse("system_unknown")
      const decided = decide()
      return isRefusal(decided) ? decided : withEvents(system, by, decided)
    })
}

const isRemoved = ({ find, findEver }: Registry, system: SystemId): boolean =>
  find("system", house, system) === undefined && findEver("system", house, system) !== undefined
