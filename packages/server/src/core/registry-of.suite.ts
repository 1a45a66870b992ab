/** A registry in memory for tests of rooms that ask one. It must not be shipped: what outlives a test is an engine's. */
import type { Change, Kind, Kinds, Registry } from "./ports.js"

export interface RegistryForTests extends Registry {
  /** Forgets an object, as if it had been deleted. */
  forget(kind: Kind, system: string, id: string): void
}

export function registryOf(...changes: readonly Change[]): RegistryForTests {
  let held: readonly Change[] = []
  const isAt = (change: Change, kind: Kind, system: string, id?: string) =>
    change.kind === kind && change.system === system && (id === undefined || change.value.id === id)

  const list = <K extends Kind>(kind: K, system: string, id?: string) =>
    held.filter((change) => isAt(change, kind, system, id)).map((change) => change.value as Kinds[K])
  const hold = (change: Change) => {
    const at = held.findIndex((other) => isAt(other, change.kind, change.system, change.value.id))
    held = at < 0 ? [...held, change] : held.with(at, change)
  }
  changes.forEach(hold)
  return {
    find: (kind, system, id) => list(kind, system, id)[0],
    list: (kind, system) => list(kind, system),
    holderOf: (system, { credentialId }) =>
      list("holder", system).find(({ credentials }) => credentials.some(({ id }) => id === credentialId)),
    put: (more) => Promise.resolve(more.forEach(hold)),
    forget: (kind, system, id) => {
      held = held.filter((change) => !isAt(change, kind, system, id))
    },
  }
}
