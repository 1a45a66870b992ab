/** What a simulation is to whoever starts one: how it is told what to do, and what it tells. It must not know how it is done. */
import type { TopicName } from "@doorstream/contract"
import type { ApiClientOptions } from "../api-session.js"
import type { Pace } from "../clock.js"

export interface SimulationOptions extends ApiClientOptions {
  /** The same seed, in the same building and from the same moment, gives the same events; the moment of the start unless told. */
  readonly seed?: number
  /** The name of a scenario that comes along, or the path of a file; unless told, something every second or two. */
  readonly scenario?: string
  /** How many times faster than the world, 1 unless told; `max` for as fast as the machine and the server can. */
  readonly speed?: number | "max"
  /**
   * When the building's time begins, in milliseconds since 1970. Unless told, now; at speed 1 it follows the world's time
   * then, also where the machine has slept.
   */
  readonly from?: number
  /** Where the building's time ends, in milliseconds since 1970; never unless told. */
  readonly until?: number
  /** Or how long it lasts, in milliseconds. */
  readonly lasts?: number
  /** The ids of the cloud nodes that it is; all of the system that have doors unless told. */
  readonly cloudNodes?: readonly string[]
  /** The ids of the doors whose REX releases the lock: of wiring the registry knows nothing. */
  readonly rexUnlocks?: readonly string[]
  /** Registers panels anew that are registered already: their hardware is locked out. Else they are refused. */
  readonly takeOver?: boolean
  /** Ends the run when it aborts. */
  readonly signal: AbortSignal
  /** Called once for each distinct trouble, not per try, and with `recovered` when it is over. */
  readonly onTrouble?: (message: string) => void
  /** Called when the clock begins to lag, with the speed that it did reach, and when it no longer does. */
  readonly onPace?: (pace: Pace) => void
}

/** It cannot be simulated, and would not be by trying again: what is to be mended first, in words for whoever started it. */
export class SimulationRefused extends Error {
  override readonly name = "SimulationRefused"
  /** @param faults all that is wrong with a scenario, each as `file:line: reason`; the message has them too */
  constructor(
    message: string,
    readonly faults: readonly string[] = [],
  ) {
    super(message)
  }
}

export interface Progress {
  /** The building's time, in milliseconds since 1970. */
  readonly at: number
  readonly cloudNodes: number
  /** How many of them have their link at this moment. */
  readonly linked: number
  readonly doors: number
  /** Reports that the server has. */
  readonly reported: number
  /** Reports that wait to be sent or answered. */
  readonly waiting: number
  /** Commands that were carried out. */
  readonly obeyed: number
}

/** What was done so that a topic happens, in words; or why it cannot happen at that door. */
export type Triggered =
  | { readonly door: string; readonly cloudNode: string; readonly did: readonly string[] }
  | { readonly impossible: string }

export interface Simulation {
  /**
   * Lives until the signal aborts or `until` is reached. Then it sends what is left, for about a second after the signal,
   * unlinks, and unregisters the panels that it had registered.
   */
  run(): Promise<void>
  progress(): Progress
  /**
   * Makes a topic happen now, by the cause that it takes: at the door with this name or id, at the first one at which it
   * can happen unless told. For `device.*` it acts on the door; what is about cloud nodes and syncing is caused over REST
   * and the link.
   */
  trigger(topic: TopicName, door?: string): Promise<Triggered>
}
