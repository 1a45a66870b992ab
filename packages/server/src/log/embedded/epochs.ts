/** New epochs for a log that does not go on where others have heard it end: one that was restored. */
import { randomUUID } from "node:crypto"
import type { Folder } from "./folder.js"
import { openTables, type SystemRecord } from "./tables.js"

/** Gives each system's log a new epoch, in one write. What positions there are stays. */
export async function renewEpochs(folder: Folder): Promise<void> {
  const { systems } = openTables(folder)
  const writes = [...systems.getRange()].map(({ key, value }) => {
    const record = JSON.parse(value) as SystemRecord
    // The key belongs to the range, which may use its bytes again.
    return {
      table: systems,
      key: Uint8Array.from(key),
      value: JSON.stringify({ ...record, epoch: randomUUID() }),
    }
  })
  if (writes.length > 0) await folder.write(writes)
}
