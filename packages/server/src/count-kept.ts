/** How much there is in the log, of all systems. */
import { house, type Log, type Registry } from "./core/ports.js"

export async function countKept(registry: Registry, log: Log): Promise<number> {
  const extents = await Promise.all(registry.list("system", house).map(({ id }) => log.extent(id)))
  return extents.reduce((sum, { first, last }) => sum + last - first + 1, 0)
}
