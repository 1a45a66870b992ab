/** Finds doors of a building by what somebody calls them. It must not know what is to happen there. Pure. */
import type { Plan } from "../building/plan.js"

type PlannedDoor = Plan["devices"][number]

const named = 5

/** The doors that are called so, all where nobody is asked for; or why there is none, in words. */
export function findDoors({ devices }: Plan, door: string | undefined): readonly PlannedDoor[] | string {
  if (devices.length === 0) return "There is no door in this building."
  if (door === undefined) return devices
  const isCalled = [
    ({ id, name }: PlannedDoor) => name === door || id === door,
    ({ id, name }: PlannedDoor) => [name, id].some((called) => called.toLowerCase() === door.toLowerCase()),
  ]
  for (const is of isCalled) {
    const found = devices.filter(is)
    if (found.length > 0) return found
  }
  const some = devices.slice(0, named).map(({ name }) => `"${name}"`)
  const more = devices.length > named ? ` and ${devices.length - named} more` : ""
  return `There is no door "${door}": there are ${some.join(", ")}${more}.`
}
