/**
 * What of a system's state somebody is shown: every door and cloud node of the registry, as far as the token grants and
 * the filter selects them, with what was folded of each. Pure. It must not know who asks, nor how it is told.
 */
import {
  topicsTelling,
  unknownCloudNode,
  unknownDoor,
  type CloudNodeField,
  type CloudNodeState,
  type Device,
  type DoorField,
  type DoorState,
  type SystemState,
  type TopicName,
} from "@doorstream/contract"
import type { Kinds, Registry, SystemId } from "./ports.js"
import type { StateBook } from "./state-book.js"
import type { Grant } from "./verified.js"
import type { Selection } from "./view.js"

interface Parts {
  readonly registry: Pick<Registry, "list" | "find">
  readonly system: SystemId
  readonly book: Pick<StateBook, "door" | "cloudNode">
}

const doorFields = Object.keys(unknownDoor) as DoorField[]
const cloudNodeFields = Object.keys(unknownCloudNode) as CloudNodeField[]

/** The fields whose topics are not all granted: nothing can be known of them. */
function hiddenOf<F extends DoorField | CloudNodeField>(
  fields: readonly F[],
  granted: readonly TopicName[] | null,
): readonly F[] {
  return granted === null
    ? []
    : fields.filter((field) => !topicsTelling(field).every((topic) => granted.includes(topic)))
}

function hide<S extends DoorState | CloudNodeState>(state: S, hidden: readonly string[]): S {
  if (hidden.length === 0) return state
  const nulls = Object.fromEntries(hidden.map((field) => [field, null]))
  const since = Object.fromEntries(Object.entries(state.since).filter(([field]) => !hidden.includes(field)))
  return { ...state, ...nulls, since }
}

const isOf = (ids: ReadonlySet<string> | undefined, id: string): boolean => ids === undefined || ids.has(id)

/** The door by its newest name and place, with what was folded of it. */
const doorOf = (
  { id, name, connectionId: connection, port, cloudNodeId: cloudNode }: Device,
  known: DoorState | undefined,
): DoorState => ({
  ...(known ?? { ...unknownDoor, since: {} }),
  id,
  name,
  connection,
  port,
  cloudNode,
})

/** What the registry was told last stands for what no event that is kept has told. */
function cloudNodeOf(
  { id, name, serialNumber }: Kinds["cloudNode"],
  known: CloudNodeState | undefined,
  presence: Kinds["presence"] | undefined,
  sync: Kinds["sync"] | undefined,
): CloudNodeState {
  const { connected, synced, since } = known ?? { ...unknownCloudNode, since: {} }
  const isTold = { connected: connected !== null, synced: synced !== null }
  return {
    id,
    serialNumber,
    name,
    connected: connected ?? presence?.connected ?? null,
    synced: synced ?? (sync && sync.status === "synced") ?? null,
    since: {
      ...since,
      ...(isTold.connected || presence === undefined ? {} : { connected: presence.timestamp }),
      ...(isTold.synced || sync === undefined ? {} : { synced: sync.timestamp }),
    },
  }
}

/**
 * The state as it is shown. Nothing is in it whose changes would not be heard: with a filter of devices no cloud node is
 * there, because no event of a cloud node is about a device.
 */
export function showState(
  { registry, system, book }: Parts,
  grant: Grant,
  selection: Selection,
): SystemState {
  const { devices, cloudNodes } = selection
  const granted = grant.cloudNodes === null ? undefined : new Set(grant.cloudNodes)
  const isShown = (id: string): boolean => isOf(granted, id) && isOf(cloudNodes, id)
  const hidden = {
    doors: hiddenOf(doorFields, grant.topics),
    cloudNodes: hiddenOf(cloudNodeFields, grant.topics),
  }
  const doors = registry
    .list("device", system)
    .filter(({ id, cloudNodeId }) => isOf(devices, id) && isShown(cloudNodeId))
    .map((device) => hide(doorOf(device, book.door(device.id)), hidden.doors))
  if (devices !== undefined) return { doors, cloudNodes: [] }
  const nodes = registry.list("cloudNode", system).filter(({ id }) => isShown(id))
  return {
    doors,
    cloudNodes: nodes.map((node) => {
      const { id, serialNumber } = node
      const [presence, sync] = [registry.find("presence", system, id), registry.find("sync", system, id)]
      return hide(cloudNodeOf(node, book.cloudNode(id, serialNumber), presence, sync), hidden.cloudNodes)
    }),
  }
}
