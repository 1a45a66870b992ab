/**
 * The registry in a data folder on this machine: read from memory, written through. Memory changes when the write is
 * flushed, so that nobody sees what a power cut could take back. Knows nothing of the log beside it.
 */
import type { Database } from "lmdb"
import { isRefusal } from "@doorstream/contract"
import type { Change, Decided, Registry } from "../core/ports.js"
import { openMemory } from "./memory.js"

type Table = Database<string, Uint8Array>

interface Write {
  readonly table: Table
  readonly key: Uint8Array
  readonly value: string
}

/** What is needed of the data folder. */
export interface RegistryFolder {
  openTable(name: string): Table
  /** Makes all of the writes in one transaction, and resolves once it is flushed to disk. */
  write(writes: readonly Write[]): Promise<void>
}

/** Appends events to a log of the same folder, with our writes in the same transaction. */
export type AppendBeside = (
  events: NonNullable<Decided<unknown>["events"]>,
  writes: readonly Write[],
) => Promise<unknown>

const nowhere: AppendBeside = () => Promise.reject(new Error("This registry has no log beside it."))

/**
 * Opens the registry in a folder, which stays the caller's to close.
 *
 * @param append where the events of changes go
 */
export function embeddedRegistry(folder: RegistryFolder, append: AppendBeside = nowhere): Registry {
  const table = folder.openTable("registry")
  const memory = openMemory()
  for (const { key, value } of table.getRange()) memory.put([numberOf(key), JSON.parse(value)])
  let turns: Promise<unknown> = Promise.resolve()

  const write = async (changes: readonly Change[], events: Decided<unknown>["events"]): Promise<void> => {
    const numbered = memory.number(changes)
    const writes = numbered.map(([number, change]) => ({
      table,
      key: keyOf(number),
      value: JSON.stringify(change),
    }))
    await (events === undefined ? folder.write(writes) : append(events, writes))
    numbered.forEach(memory.put)
  }
  const change: Registry["change"] = (decide) => {
    // One after the other, so that two changes of one new thing do not make two of it.
    const turn = turns.then(async () => {
      const decided = decide()
      if (isRefusal(decided)) return decided
      await write(decided.changes, decided.events)
      return decided.answer
    })
    turns = Promise.allSettled([turn])
    return turn
  }
  return {
    ...memory,
    change,
    async put(changes) {
      await change(() => ({ changes, answer: undefined }))
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
