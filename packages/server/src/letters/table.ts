/** The tables of dead letters, and the form of their keys and values. It must not know when they are written. */
import { createHash } from "node:crypto"
import type { Database } from "lmdb"
import type { DeadLetter, LetterStanding } from "../core/letters.js"
import type { SystemId } from "../core/ports.js"

type Table = Database<string, Uint8Array>

export interface Write {
  readonly table: Table
  readonly key: Uint8Array
  readonly value: string | undefined
}

/** What is needed of the data folder. */
export interface LetterFolder {
  openTable(name: string): Table
  write(writes: readonly Write[]): Promise<void>
}

/** What is kept of a system beside its letters. */
export interface Standing extends LetterStanding {
  readonly system: SystemId
  /** The newest number that was given. */
  readonly last: number
}

/** A letter as it is kept, and the bytes that takes. */
export interface Kept {
  readonly letter: DeadLetter
  readonly size: number
}

const keyOf = (system: SystemId): Buffer => createHash("sha256").update(system).digest().subarray(0, 16)

function letterKey(system: SystemId, number: number): Buffer {
  const key = Buffer.alloc(24)
  keyOf(system).copy(key)
  key.writeBigUInt64BE(BigInt(number), 16)
  return key
}

const read = ({ key, value }: { key: Uint8Array; value: string }): Kept => {
  const number = Number(new DataView(key.buffer, key.byteOffset).getBigUint64(16))
  return { letter: { ...(JSON.parse(value) as Omit<DeadLetter, "number">), number }, size: value.length }
}

function openStandings(folder: LetterFolder) {
  const table = folder.openTable("letters.systems")
  const none = (system: SystemId): Standing => ({ system, last: 0, count: 0, bytes: 0, dropped: 0 })
  const standings = new Map<SystemId, Standing>()
  for (const { value } of table.getRange()) {
    const standing = JSON.parse(value) as Standing
    standings.set(standing.system, standing)
  }
  return {
    standing: (system: SystemId): Standing => standings.get(system) ?? none(system),
    standings: (): readonly Standing[] => [...standings.values()],
    /** To be called once its write is kept. */
    stand: (standing: Standing): void => void standings.set(standing.system, standing),
    standingWrite: (standing: Standing): Write => ({
      table,
      key: keyOf(standing.system),
      value: JSON.stringify(standing),
    }),
  }
}

export type LetterTable = ReturnType<typeof openLetterTable>

export function openLetterTable(folder: LetterFolder) {
  const letters = folder.openTable("letters")
  return {
    ...openStandings(folder),

    find(system: SystemId, number: number): Kept | undefined {
      const key = letterKey(system, number)
      const value = letters.get(key)
      return value === undefined ? undefined : read({ key, value })
    },
    /** The oldest first, those that are newer than a number. */
    *after(system: SystemId, number: number): Generator<Kept> {
      const range = { start: letterKey(system, number + 1), end: letterKey(system, Number.MAX_SAFE_INTEGER) }
      for (const entry of letters.getRange(range)) yield read(entry)
    },
    /** The newest first, those that are older than a number. */
    *before(system: SystemId, number: number): Generator<Kept> {
      const range = { start: letterKey(system, number - 1), end: letterKey(system, 0), reverse: true }
      for (const entry of letters.getRange(range)) yield read(entry)
    },

    letterWrite: (system: SystemId, number: number, text: string | undefined): Write => ({
      table: letters,
      key: letterKey(system, number),
      value: text,
    }),
  }
}
