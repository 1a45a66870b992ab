/**
 * Changes the registry, and appends what that causes in the same write. It must not know who asks for a change, nor in
 * what words.
 */
import { isRefusal, type Refusal } from "@doorstream/contract"
import { entityEntries } from "../core/entity-events.js"
import { objectionTo } from "../core/objections.js"
import type { Author, ChangeSystem, Decided, Milliseconds, Registry, SystemId } from "../core/ports.js"

interface Changing {
  readonly registry: Registry
  readonly now: () => Milliseconds
  /** A UUID that was never used. */
  readonly freshId: () => string
}

/** Makes the one way in which a system is changed. Whatever must be so in a registry is seen to here. */
export function openChanges({ registry, now, freshId }: Changing): ChangeSystem {
  const withEvents = <T>(system: SystemId, by: Author, decided: Decided<T>): Decided<T> | Refusal => {
    const objection = objectionTo(decided.changes, registry)
    if (objection !== undefined) return objection
    const metadata = { userId: by.id, userName: by.name, occurred: now() }
    const entries = entityEntries(decided.changes, registry, system, metadata, freshId)
    return entries.length === 0 ? decided : { ...decided, events: { system, entries } }
  }
  return (system, by, decide) =>
    registry.change(() => {
      const decided = decide()
      return isRefusal(decided) ? decided : withEvents(system, by, decided)
    })
}
