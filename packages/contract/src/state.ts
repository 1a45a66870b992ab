/**
 * The fold of events into what doors and cloud nodes are like: one function for the server, the SDK and whoever shows
 * doors. Pure. It must not know a registry, nor where a state is kept. PROTOCOL §22.
 */
import {
  changeBy,
  unknownCloudNode,
  unknownDoor,
  type Change,
  type CloudNodeReadings,
  type CloudNodeState,
  type DoorReadings,
  type DoorState,
  type SystemState,
} from "./state-told.js"
import type { TopicName } from "./topics/index.js"

type Changing<R> = R & { readonly since: { readonly [F in keyof R]?: number } }

/** The very same object where it was so before. */
function set<S extends Changing<DoorReadings> | Changing<CloudNodeReadings>>(
  state: S,
  [field, value]: readonly [string, unknown],
  at: number,
): S {
  if ((state as unknown as Record<string, unknown>)[field] === value) return state
  return { ...state, [field]: value, since: { ...state.since, [field]: at } }
}

/** A door after a change to it. The very same object where nothing changes. */
export function changeDoor(
  before: DoorState | undefined,
  { door, told, at }: Extract<Change, { of: "door" }>,
): DoorState {
  const known = before ?? { ...door, ...unknownDoor, since: {} }
  const isAlike =
    known.name === door.name &&
    known.connection === door.connection &&
    known.port === door.port &&
    known.cloudNode === door.cloudNode
  return set(isAlike ? known : { ...known, ...door }, told, at)
}

/** A cloud node after a change to it, or after its entry in the registry was told. */
export function changeCloudNode(
  before: CloudNodeState | undefined,
  change: Extract<Change, { of: "cloudNode" | "entry" }>,
): CloudNodeState {
  const { serialNumber } = change
  const known = before ?? { id: null, serialNumber, name: null, ...unknownCloudNode, since: {} }
  if (change.of === "cloudNode") return set(known, change.told, change.at)
  const { id, name } = change
  return known.id === id && known.name === name && known.serialNumber === serialNumber
    ? known
    : { ...known, id, serialNumber, name }
}

/** The same list with one in the place of another, or at its end; the very same list where that is the same. */
function replace<T>(list: readonly T[], at: number, change: (before: T | undefined) => T): readonly T[] {
  const before = list[at]
  const after = change(before)
  if (after === before) return list
  return before === undefined ? [...list, after] : list.with(at, after)
}

function foldEntry(
  list: readonly CloudNodeState[],
  change: Extract<Change, { of: "entry" }>,
): readonly CloudNodeState[] {
  const byId = list.findIndex(({ id }) => id === change.id)
  const isIt = ({ id, serialNumber }: CloudNodeState) => id === null && serialNumber === change.serialNumber
  const after = replace(list, byId === -1 ? list.findIndex(isIt) : byId, (before) =>
    changeCloudNode(before, change),
  )
  // A number that was another's is the newer one's from now on.
  const isOther = ({ id, serialNumber }: CloudNodeState) =>
    id !== change.id && serialNumber === change.serialNumber
  return after.some(isOther) ? after.filter((node) => !isOther(node)) : after
}

type Removal = Extract<Change, { of: "removal" }>

/** Whether a cloud node goes with a removal: by its id, or by its number where nothing else was known of it. */
export const isRemovedBy = (node: CloudNodeState, { id, serialNumber }: Removal): boolean =>
  node.id === id || (node.id === null && node.serialNumber === serialNumber)

function withoutCloudNode(state: SystemState, removal: Removal): SystemState {
  const doors = state.doors.filter(({ cloudNode }) => cloudNode !== removal.id)
  const cloudNodes = state.cloudNodes.filter((node) => !isRemovedBy(node, removal))
  const isAlike = doors.length === state.doors.length && cloudNodes.length === state.cloudNodes.length
  return isAlike ? state : { doors, cloudNodes }
}

function foldCloudNode(
  list: readonly CloudNodeState[],
  change: Extract<Change, { of: "cloudNode" | "entry" }>,
): readonly CloudNodeState[] {
  if (change.of === "entry") return foldEntry(list, change)
  const at = list.findIndex(({ serialNumber }) => serialNumber === change.serialNumber)
  return replace(list, at, (before) => changeCloudNode(before, change))
}

/**
 * The state after one more event, in the log's order. The very same object where nothing changes.
 *
 * @param event as it stands on the wire
 * @example fold(emptyState, "device.input.dps.opened", event).doors[0]?.dps // "open"
 */
export function fold(state: SystemState, topic: TopicName, event: object): SystemState {
  const change = changeBy(topic, event)
  if (change === undefined) return state
  if (change.of === "removal") return withoutCloudNode(state, change)
  const { doors, cloudNodes } = state
  if (change.of === "door") {
    const at = doors.findIndex(({ id }) => id === change.door.id)
    const after = replace(doors, at, (before) => changeDoor(before, change))
    return after === doors ? state : { doors: after, cloudNodes }
  }
  const after = foldCloudNode(cloudNodes, change)
  return after === cloudNodes ? state : { doors, cloudNodes: after }
}
