/** New epochs for a log that does not go on where others have heard it end: one that was restored. */
import { randomUUID } from "node:crypto"
import type { StateHead } from "../../core/states.js"
import type { Folder, Write } from "./folder.js"
import { openHeads } from "./states.js"
import { openTables, type SystemRecord } from "./tables.js"

/** Gives each system's log a new epoch, in one write, and what was folded of it with it. What positions there are stays. */
export async function renewEpochs(folder: Folder): Promise<void> {
  const { systems } = openTables(folder)
  const heads = openHeads(folder)
  const epochs = new Map<string, readonly [before: string, after: string]>()
  const writes: Write[] = [...systems.getRange()].map(({ key, value }) => {
    const record = JSON.parse(value) as SystemRecord
    const epoch = randomUUID()
    epochs.set(record.system, [record.epoch, epoch])
    // The key belongs to the range, which may use its bytes again.
    return { table: systems, key: Uint8Array.from(key), value: JSON.stringify({ ...record, epoch }) }
  })
  for (const { key, value } of heads.getRange()) {
    const head = JSON.parse(value) as StateHead
    const [before, epoch] = epochs.get(head.system) ?? []
    // What was folded of yet another log is not of this one now, either.
    if (head.epoch === before)
      writes.push({ table: heads, key: Uint8Array.from(key), value: JSON.stringify({ ...head, epoch }) })
  }
  if (writes.length > 0) await folder.write(writes)
}
