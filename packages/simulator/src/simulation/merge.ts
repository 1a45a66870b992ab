/** Makes one building of what several cloud nodes know, with the names that they are not told. Pure. */
import { customaryRules, type Plan } from "../building/plan.js"
import type { Names } from "../rest/registry.js"

/** Each cloud node may know a rule or a holder as of another moment: rules are theirs, people are the last one's. */
export function mergeParts(parts: readonly Plan[], names: Names, rexUnlocks: readonly string[]): Plan {
  const people = new Map<string, Plan["holders"][number]>()
  const groups = new Map<string, { id: string; name: string }>()
  for (const part of parts) {
    for (const holder of part.holders) people.set(holder.id, { ...holder, ...names.people.get(holder.id) })
    for (const { id } of part.groups ?? []) groups.set(id, { id, name: names.groups.get(id) ?? "" })
  }
  const devices = parts.flatMap((part) => part.devices)
  const holders = [...people.values()]
  const rules = parts.flatMap((part) => part.rules)
  return {
    cloudNodes: parts.flatMap((part) => part.cloudNodes),
    connections: parts.flatMap((part) => part.connections),
    devices,
    holders,
    groups: [...groups.values()],
    rules: rules.length > 0 ? rules : customaryRules({ devices, holders }),
    rexUnlocks,
  }
}

/** Whether anybody or any group is known that has no name here. */
export const lacksNames = ({ holders, groups = [] }: Plan, names: Names): boolean =>
  holders.some(({ id }) => !names.people.has(id)) || groups.some(({ id }) => !names.groups.has(id))
