/** A registry with one API client more, which is never written: the demo's. */
import { isRefusal } from "@doorstream/contract"
import { house, type ApiClient, type Change, type Decided, type Registry } from "../core/ports.js"
import { openMemory } from "./memory.js"

/**
 * Shows a registry with one more API client, before all others. It hides one that is kept under the same id.
 *
 * @returns a view; changes that would keep that client reject
 */
export function withClient(registry: Registry, client: ApiClient): Registry {
  const added = openMemory()
  added.put([1, { kind: "client", system: house, value: client }])
  const isAdded = ({ kind, system, value }: Change): boolean =>
    added.find(kind, system, value.id) !== undefined
  const check = <T>(decided: Decided<T>): Decided<T> => {
    if (decided.changes.some(isAdded)) throw new Error(`The API client ${client.id} is never kept.`)
    return decided
  }

  const change: Registry["change"] = (decide) =>
    registry.change(() => {
      const decided = decide()
      return isRefusal(decided) ? decided : check(decided)
    })
  return {
    ...registry,
    find: (kind, system, id) => added.find(kind, system, id) ?? registry.find(kind, system, id),
    findEver: (kind, system, id) => added.find(kind, system, id) ?? registry.findEver(kind, system, id),
    list: (kind, system) => {
      const kept = registry.list(kind, system)
      return [
        ...added.list(kind, system),
        ...kept.filter(({ id }) => added.find(kind, system, id) === undefined),
      ]
    },
    change,
    async put(changes) {
      await change(() => ({ changes, answer: undefined }))
    },
  }
}
