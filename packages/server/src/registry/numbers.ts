/** What the tables of this room have in common: things under numbers, in a folder of whose making it knows nothing. */
import type { Database } from "lmdb"

type Table = Database<string, Uint8Array>

export interface Write {
  readonly table: Table
  readonly key: Uint8Array
  /** Without one the key goes. */
  readonly value: string | undefined
}

/** What is needed of the data folder. */
export interface RegistryFolder {
  openTable(name: string): Table
  /** Makes all of the writes in one transaction, and resolves once it is flushed to disk. */
  write(writes: readonly Write[]): Promise<void>
}

/** Keys are numbers in 8 bytes, most significant first, so that what was registered first is loaded first. */
export function keyOf(number: number): Buffer {
  const key = Buffer.alloc(8)
  key.writeBigUInt64BE(BigInt(number))
  return key
}

export const numberOf = (key: Uint8Array): number =>
  Number(new DataView(key.buffer, key.byteOffset).getBigUint64(0))
