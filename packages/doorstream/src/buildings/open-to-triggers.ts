/** Lets `doorstream trigger` find a simulation that runs in this process. */
import type { Simulation } from "@doorstream/simulator"
import { openBuildingSocket } from "./building-socket.js"

/**
 * Opens its socket, and gives what closes it. Where that cannot be, it is told, and the building lives all the same.
 *
 * @example
 * const close = await openToTriggers(systemId, simulation, remark)
 * await simulation.run().finally(close)
 */
export async function openToTriggers(
  systemId: string,
  simulation: Pick<Simulation, "trigger">,
  tell: (text: string) => void,
): Promise<() => Promise<void>> {
  try {
    const trigger: Simulation["trigger"] = (...asked) => simulation.trigger(...asked)
    const socket = await openBuildingSocket({ systemId, trigger })
    return () => socket.close()
  } catch (error) {
    tell(`doorstream: doorstream trigger will not find this building: ${(error as Error).message}`)
    return async () => {}
  }
}
