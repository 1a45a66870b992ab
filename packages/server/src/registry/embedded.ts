/**
 * The registry in a data folder on this machine: read from memory, written through. Memory changes when the write is
 * flushed, so that nobody sees what a power cut could take back. Knows nothing of the log beside it.
 */
import type { Database } from "lmdb"
import type { Change, Registry } from "../core/ports.js"
import { openMemory } from "./memory.js"

type Table = Database<string, Uint8Array>

/** What is needed of the data folder. */
export interface RegistryFolder {
  openTable(name: string): Table
  /** Makes all of the writes in one transaction, and resolves once it is flushed to disk. */
  write(
    writes: readonly { readonly table: Table; readonly key: Uint8Array; readonly value: string }[],
  ): Promise<void>
}

/** Opens the registry in a folder, which stays the caller's to close. */
export function embeddedRegistry(folder: RegistryFolder): Registry {
  const table = folder.openTable("registry")
  const memory = openMemory()
  for (const { key, value } of table.getRange()) memory.put([numberOf(key), JSON.parse(value)])
  let turns: Promise<unknown> = Promise.resolve()

  const write = async (changes: readonly Change[]): Promise<void> => {
    const numbered = memory.number(changes)
    await folder.write(
      numbered.map(([number, change]) => ({ table, key: keyOf(number), value: JSON.stringify(change) })),
    )
    numbered.forEach(memory.put)
  }

  return {
    find: memory.find,
    list: memory.list,
    holderOf: memory.holderOf,
    put(changes) {
      // One after the other, so that two changes of one new thing do not make two of it.
      const turn = turns.then(() => write(changes))
      turns = Promise.allSettled([turn])
      return turn
    },
  }
}

/** Keys are numbers in 8 bytes, most significant first, so that what was registered first is loaded first. */
function keyOf(number: number): Buffer {
  const key = Buffer.alloc(8)
  key.writeBigUInt64BE(BigInt(number))
  return key
}

const numberOf = (key: Uint8Array): number => Number(new DataView(key.buffer, key.byteOffset).getBigUint64(0))
