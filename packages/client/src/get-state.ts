/** The state of a system, asked for once. It must not know how a request is said. */
import type { Filter, StreamState } from "@doorstream/contract"
import { Caller, type CallSettings } from "./call.js"
import { realWorld, type World } from "./world.js"

export interface StateSettings extends CallSettings {
  /** Of which doors and cloud nodes; of all unless told. */
  readonly filter?: Filter
}

export async function getStateIn(world: World, settings: StateSettings): Promise<StreamState> {
  const { filter = {} } = settings
  const query = { device: filter.devices, cloudNode: filter.cloudNodes, holder: filter.holders }
  const caller = new Caller(world, settings)
  return (await caller.call({ method: "GET", path: ["state"], query }, true)) as StreamState
}

/**
 * All doors and cloud nodes as they are, at a cursor: to `listen` after that one is to hear what changes.
 *
 * @example
 * const { doors } = await getState({ url, systemId, token: fetchToken })
 *
 * @throws DoorstreamError
 */
export const getState = (settings: StateSettings): Promise<StreamState> => getStateIn(realWorld, settings)
