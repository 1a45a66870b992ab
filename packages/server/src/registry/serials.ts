/**
 * The ids of cloud nodes by their serial numbers: what is there comes before what was removed. It must not know what else
 * a registry holds.
 */
import type { Change, Registry, SystemId } from "../core/ports.js"

const markOf = (system: SystemId, serialNumber: string): string => JSON.stringify([system, serialNumber])

/** Opens the index, empty. */
export function openSerials() {
  const there = new Map<string, string>()
  const former = new Map<string, string>()

  const forget = ({ kind, system, value }: Change, known: object = value): void => {
    if (kind !== "cloudNode" || !("serialNumber" in known)) return
    const mark = markOf(system, String(known.serialNumber))
    for (const ids of [there, former]) if (ids.get(mark) === value.id) ids.delete(mark)
  }
  return {
    forget,
    finder:
      (findEver: Registry["findEver"]): Registry["cloudNodeWith"] =>
      (system, serialNumber) => {
        const mark = markOf(system, serialNumber)
        const id = there.get(mark) ?? former.get(mark)
        return id === undefined ? undefined : findEver("cloudNode", system, id)
      },
    replace(change: Change, before: object | undefined): void {
      if (change.kind !== "cloudNode") return
      if (before !== undefined) forget(change, before)
      const { system, value, state } = change
      const ids = state === undefined ? there : former
      ids.set(markOf(system, value.serialNumber), value.id)
    },
  }
}
