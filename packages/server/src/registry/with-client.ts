/** A registry with one API client more, which is never written: the demo's. */
import { house, type ApiClient, type Change, type Registry } from "../core/ports.js"
import { openMemory } from "./memory.js"

/**
 * Shows a registry with one more API client, before all others. It hides one that is kept under the same id.
 *
 * @returns a view; its `put` rejects when it is asked to keep that client
 */
export function withClient(registry: Registry, client: ApiClient): Registry {
  const added = openMemory()
  added.put([1, { kind: "client", system: house, value: client }])
  const isAdded = ({ kind, system, value }: Change): boolean =>
    added.find(kind, system, value.id) !== undefined

  return {
    find: (kind, system, id) => added.find(kind, system, id) ?? registry.find(kind, system, id),
    list: (kind, system) => {
      const kept = registry.list(kind, system)
      return [
        ...added.list(kind, system),
        ...kept.filter(({ id }) => added.find(kind, system, id) === undefined),
      ]
    },
    holderOf: (system, card) => registry.holderOf(system, card),
    async put(changes) {
      if (changes.some(isAdded)) throw new Error(`The API client ${client.id} is never kept.`)
      await registry.put(changes)
    },
  }
}
