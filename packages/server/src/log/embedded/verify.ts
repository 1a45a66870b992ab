/**
 * Reads all that a folder's tables hold and says what is wrong, without changing anything: positions have no holes, every
 * row can be read, and the index of report ids and the rows agree; the audit has no holes either, dead letters are as many
 * as is said, and no state is further than its log. The file's pages must have been found well before.
 */
import type { Row } from "../../core/ports.js"
import { idKey, positionOf, readRow, systemKey, type SystemRecord } from "./tables.js"

/** A table as far as it is only read. */
export interface ReadTable {
  get(key: Uint8Array): string | undefined
  getRange(range?: { start: Uint8Array; end?: Uint8Array }): Iterable<{ key: Uint8Array; value: string }>
}

type TableName =
  | "rows"
  | "ids"
  | "systems"
  | "registry"
  | "audit"
  | "letters"
  | "letterSystems"
  | "states"
  | "stateHeads"

export interface Verification {
  readonly tables: Readonly<Record<TableName, ReadTable>>
  /** Hears of everything that is wrong, in words. */
  readonly found: (what: string) => void
  /** Called for each row that was read. */
  readonly step: () => void
}

interface Ends {
  readonly system: string
  readonly first: number
  last: number
}

const hex = (key: Uint8Array, length = key.length): string => Buffer.from(key).toString("hex", 0, length)

/** Reads an object out of JSON, or tells that there is none. */
function readObject(value: string, what: string, found: Verification["found"]): object | undefined {
  try {
    const read: unknown = JSON.parse(value)
    if (typeof read === "object" && read !== null) return read
    found(`${what} is no object.`)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    found(`${what} is no JSON.`)
  }
  return undefined
}

/** Verifies the tables; how many events there are. */
export function verifyTables(verification: Verification): number {
  const systems = readSystems(verification)
  const events = readRows(verification, systems)
  readIds(verification, systems)
  const { tables, found, step } = verification
  for (const { key, value } of tables.registry.getRange()) {
    readObject(value, `Entry ${positionIn(key, 0)} of the registry`, found)
    step()
  }
  readAudit(verification)
  readLetters(verification)
  readStates(verification, systems)
  return events
}

function readAudit({ tables, found, step }: Verification): void {
  let last: number | undefined
  for (const { key, value } of tables.audit.getRange()) {
    step()
    const number = positionIn(key, 0)
    if (number === undefined) found(`There is a record of the audit under ${hex(key)}, which is no number.`)
    else if (last !== undefined && number !== last + 1)
      found(`Record ${number} of the audit comes where ${last + 1} should be.`)
    last = number
    readObject(value, `Record ${number} of the audit`, found)
  }
}

function readLetters({ tables, found, step }: Verification): void {
  const counts = new Map<string, number>()
  for (const { key, value } of tables.letters.getRange()) {
    step()
    const system = hex(key, 16)
    counts.set(system, (counts.get(system) ?? 0) + 1)
    readObject(value, `Dead letter ${positionIn(key, 16)} of the system under ${system}`, found)
  }
  for (const { key, value } of tables.letterSystems.getRange()) {
    const said = readObject(value, `What is said of the dead letters under ${hex(key)}`, found)
    const count = counts.get(hex(key)) ?? 0
    counts.delete(hex(key))
    if (said !== undefined && (said as { count?: unknown }).count !== count)
      found(`There are ${count} dead letters under ${hex(key)}, which is not what is said of them.`)
  }
  for (const system of counts.keys()) found(`There are dead letters under ${system}, which is no system's.`)
}

function readStates({ tables, found, step }: Verification, systems: Map<string, Ends>): void {
  for (const { key, value } of tables.stateHeads.getRange()) {
    step()
    const head = readObject(value, `What is said of the state under ${hex(key)}`, found)
    const { position } = (head ?? {}) as { position?: unknown }
    // A system that is gone may leave its state behind until the next sweep.
    const last = systems.get(hex(key))?.last ?? Infinity
    if (head !== undefined && !(Number.isSafeInteger(position) && Number(position) <= last))
      found(`The state under ${hex(key)} is of position ${String(position)}, and its log ends at ${last}.`)
  }
  for (const { key, value } of tables.states.getRange()) {
    step()
    readObject(value, `The state of ${JSON.stringify(Buffer.from(key.subarray(17)).toString())}`, found)
  }
}

function readSystems({ tables, found }: Verification): Map<string, Ends> {
  const systems = new Map<string, Ends>()
  for (const { key, value } of tables.systems.getRange()) {
    const record = readObject(value, `The record of system ${hex(key)}`, found)
    if (record === undefined) continue
    const { system, first, epoch } = record as SystemRecord
    const isWhole = typeof system === "string" && Number.isSafeInteger(first) && first > 0 && !!epoch
    if (!isWhole || hex(systemKey(system)) !== hex(key))
      found(`The record of system ${hex(key)} is not its own.`)
    else systems.set(hex(key), { system, first, last: first - 1 })
  }
  return systems
}

const positionIn = (key: Uint8Array, at: number): number | undefined =>
  key.length === at + 8
    ? Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(at))
    : undefined

function readRows({ tables, found, step }: Verification, systems: Map<string, Ends>): number {
  let events = 0
  for (const { key, value } of tables.rows.getRange()) {
    step()
    events++
    const ends = systems.get(hex(key, 16))
    if (ends === undefined || key.length !== 24) {
      found(`There is an event under ${hex(key)}, which is no system's.`)
      continue
    }
    const position = positionOf(key)
    const name = `Event ${position} of system ${ends.system}`
    if (position !== ends.last + 1) found(`${name} comes where ${ends.last + 1} should be.`)
    ends.last = position
    const row = readWhole(position, value)
    if (row === undefined) found(`${name} cannot be read.`)
    else if (
      row.reportId !== "" &&
      tables.ids.get(idKey(Buffer.from(key.subarray(0, 16)), row.reportId)) !== String(position)
    )
      found(`${name} is not in the index under its report's id.`)
  }
  return events
}

/** A row with all that must be in it. */
function readWhole(position: number, value: string): Row | undefined {
  try {
    const row = readRow(position, value)
    const isWhole =
      typeof row.topic === "string" && Number.isSafeInteger(row.received) && typeof row.reportId === "string"
    // Of an event that was forgotten before its turn, only the row is left.
    const event: unknown = row.text === "" ? {} : JSON.parse(row.text)
    return isWhole && typeof event === "object" && event !== null ? row : undefined
  } catch (error) {
    // Neither JSON nor what can be taken apart: it cannot be read, whatever it is.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined
    throw error
  }
}

function readIds({ tables, found, step }: Verification, systems: Map<string, Ends>): void {
  for (const { key, value } of tables.ids.getRange()) {
    step()
    const ends = systems.get(hex(key, 16))
    const position = Number(value)
    const isKept = ends !== undefined && position >= ends.first && position <= ends.last
    if (isKept && isOf(tables.rows, key, position)) continue
    const id = JSON.stringify(Buffer.from(key.subarray(16)).toString())
    found(
      `The index has report ${id} of system ${ends?.system ?? hex(key, 16)} at ${value}, where it is not.`,
    )
  }
}

function isOf(rows: ReadTable, key: Uint8Array, position: number): boolean {
  const at = Buffer.alloc(24)
  at.set(key.subarray(0, 16))
  at.writeBigUInt64BE(BigInt(position), 16)
  const value = rows.get(at)
  const row = value === undefined ? undefined : readWhole(position, value)
  return row?.reportId === Buffer.from(key.subarray(16)).toString()
}
