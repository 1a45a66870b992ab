/** What becomes of work of the simulator that may be ended by Ctrl-C, and may be refused. It must not know the work. */
import { SimulationRefused } from "@doorstream/simulator"
import { Plight } from "../say.js"

/** Its result; undefined where it ended because the signal aborted. What a user can mend is a Plight. */
export async function untilEnded<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (signal.aborted) return undefined
    // The simulator knows no command line.
    if (error instanceof SimulationRefused)
      throw new Plight(error.message.replaceAll("takeOver", "--take-over"))
    throw error
  }
}
