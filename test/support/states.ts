/** States as listeners have them: read over HTTP, and folded on from there. */
import { fold, isTopicName, type DoorState, type StreamState, type SystemState } from "@doorstream/contract"
import type { Told } from "./cursors.js"
import { systemId } from "./house.js"

export async function readState(url: string, token: string, query = ""): Promise<StreamState> {
  const response = await fetch(`${url}/${systemId}/state${query}`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`)
  return (await response.json()) as StreamState
}

/** What there is without when and where it was read, in no order. */
export const bare = ({ doors, cloudNodes }: SystemState): SystemState => ({
  doors: doors.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  cloudNodes: cloudNodes.toSorted((a, b) => (a.serialNumber < b.serialNumber ? -1 : 1)),
})

/** What a listener knows that was told a state and then heard what changed; undefined before it was told one. */
export function foldedBy(all: readonly Told[]): SystemState | undefined {
  let state: SystemState | undefined
  for (const { name, body } of all) {
    if (name === "stream.state") state = body as unknown as StreamState
    else if (state !== undefined && isTopicName(name)) state = fold(state, name, body)
  }
  return state && bare(state)
}

export const doorIn = ({ doors }: SystemState, id: string): DoorState => doors.find((door) => door.id === id)!
