/**
 * Keeps what was folded of systems in a data folder: a record for each door and cloud node, and up to where the log is in
 * them. It must not know how a state is folded.
 */
import type { CloudNodeState, DoorState, SystemState } from "@doorstream/contract"
import type { SystemId } from "../../core/ports.js"
import type { StateHead, StateStore } from "../../core/states.js"
import type { Folder, Table, Write } from "./folder.js"
import { systemKey } from "./tables.js"

/** What follows the system's 16 bytes in the key of a record; the id or serial number follows that. */
const [ofDoor, ofCloudNode] = [1, 2]

/** The most records in one write, so that others need not wait for long. */
const mostTogether = 1000

/** System → its `StateHead`. */
export const openHeads = (folder: Pick<Folder, "openTable">): Table => folder.openTable("states.heads")

const keyOf = (system: SystemId, of: number, id = ""): Buffer =>
  Buffer.concat([systemKey(system), Buffer.from([of]), Buffer.from(id)])

const rangeOf = (system: SystemId) => ({ start: keyOf(system, ofDoor), end: keyOf(system, ofCloudNode + 1) })

function readState(table: Table, system: SystemId): SystemState {
  const doors: DoorState[] = []
  const cloudNodes: CloudNodeState[] = []
  for (const { key, value } of table.getRange(rangeOf(system))) {
    if (key[16] === ofDoor) doors.push(JSON.parse(value) as DoorState)
    else cloudNodes.push(JSON.parse(value) as CloudNodeState)
  }
  return { doors, cloudNodes }
}

/** What changed, as it is written. */
const recordsOf = (
  table: Table,
  system: SystemId,
  of: number,
  changed: ReadonlyMap<string, object | undefined>,
): Write[] =>
  [...changed].map(([id, value]) => ({
    table,
    key: keyOf(system, of, id),
    value: value && JSON.stringify(value),
  }))

/** Opens what is kept of states in a folder, which stays the caller's to close. */
export function openStateStore(folder: Folder): StateStore {
  const heads = openHeads(folder)
  const table = folder.openTable("states")

  const writeAll = async (writes: readonly Write[]): Promise<void> => {
    for (let from = 0; from < writes.length; from += mostTogether)
      await folder.write(writes.slice(from, from + mostTogether))
  }
  return {
    systems: () => [...heads.getRange()].map(({ value }) => (JSON.parse(value) as StateHead).system),
    read(system) {
      const head = heads.get(systemKey(system))
      return head === undefined
        ? undefined
        : { head: JSON.parse(head) as StateHead, state: readState(table, system) }
    },
    // The head is last: until it is there, all that changed is folded again.
    write: (head, { doors, cloudNodes }) =>
      writeAll([
        ...recordsOf(table, head.system, ofDoor, doors),
        ...recordsOf(table, head.system, ofCloudNode, cloudNodes),
        { table: heads, key: systemKey(head.system), value: JSON.stringify(head) },
      ]),
    async forget(system) {
      // The keys belong to the range, which may use their bytes again.
      const keys = [...table.getKeys(rangeOf(system))].map((key) => Uint8Array.from(key))
      // The head is first: what is left without one is not read.
      await writeAll([
        { table: heads, key: systemKey(system), value: undefined },
        ...keys.map((key) => ({ table, key, value: undefined })),
      ])
    },
  }
}
