/** A registry in memory for tests of rooms that ask one. It must not be shipped: what outlives a test is an engine's. */
import { isRefusal } from "@doorstream/contract"
import { openMemory } from "../registry/memory.js"
import type { Audited } from "./audit.js"
import type { Change, Entry, Kind, Registry } from "./ports.js"

export interface RegistryForTests extends Registry {
  /** Forgets an object, as if it had been deleted. */
  forget(kind: Kind, system: string, id: string): void
  /** The entries that changes have appended. */
  readonly appended: readonly Entry[]
  /** What the audit tells of changes. */
  readonly audited: readonly Audited[]
}

export function registryOf(...changes: readonly Change[]): RegistryForTests {
  const memory = openMemory()
  const appended: Entry[] = []
  const audited: Audited[] = []
  const hold = (more: readonly Change[]): void => memory.number(more).forEach(memory.put)
  hold(changes)
  return {
    ...memory,
    appended,
    audited,
    put: async (more) => hold(more),
    change: async (decide) => {
      const decided = decide()
      if (isRefusal(decided)) return decided
      hold(decided.changes)
      appended.push(...(decided.events?.entries ?? []))
      audited.push(...(decided.audit ?? []))
      return decided.answer
    },
    forget: (kind, system, id) => {
      const value = memory.find(kind, system, id)
      if (value !== undefined) hold([{ kind, system, value, state: "removed" } as Change])
    },
  }
}
