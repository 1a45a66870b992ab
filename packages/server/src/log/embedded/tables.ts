/** The tables of the log and the form of their keys and values. Knows nothing of when they are written. */
import { createHash } from "node:crypto"
import type { Row, SystemId } from "../../core/ports.js"
import type { Folder, Table } from "./folder.js"

export interface Tables {
  /** System and position → a line of JSON about the event, then the event's text, so that reading never parses it. */
  readonly rows: Table
  /** System and report id → the position of its event. */
  readonly ids: Table
  /** System → its `SystemRecord`. */
  readonly systems: Table
}

/** What is kept of a system beside its events. `first` outlives them all, so that no position is given twice. */
export interface SystemRecord {
  readonly system: SystemId
  readonly epoch: string
  readonly first: number
  /** By each age that is shorter than the longest, in milliseconds: the position up to which its topics were forgotten. */
  readonly thinned?: Readonly<Record<string, number>>
}

export const openTables = (folder: Folder): Tables => ({
  rows: folder.openTable("log.rows"),
  ids: folder.openTable("log.ids"),
  systems: folder.openTable("log.systems"),
})

const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

/** 16 bytes that stand for a system. */
export const systemKey = (system: SystemId): Buffer =>
  uuid.test(system)
    ? Buffer.from(system.replaceAll("-", ""), "hex")
    : createHash("sha256").update(system).digest().subarray(0, 16)

/** The system's 16 bytes and the position in 8, most significant first: keys sort as positions do. */
export function rowKey(system: Buffer, position: number): Buffer {
  const key = Buffer.allocUnsafe(24)
  system.copy(key)
  key.writeBigUInt64BE(BigInt(position), 16)
  return key
}

export const positionOf = (key: Uint8Array): number =>
  Number(new DataView(key.buffer, key.byteOffset).getBigUint64(16))

export const idKey = (system: Buffer, reportId: string): Buffer =>
  Buffer.concat([system, Buffer.from(reportId)])

/** JSON has no bare line feed, so the first one ends the line about the event. */
export const writeRow = ({ topic, received, reportId, text }: Omit<Row, "position">): string =>
  `${JSON.stringify([topic, received, reportId])}\n${text}`

export function readRow(position: number, value: string): Row {
  const end = value.indexOf("\n")
  const [topic, received, reportId]: [Row["topic"], number, string] = JSON.parse(value.slice(0, end))
  return { position, topic, text: value.slice(end + 1), received, reportId }
}
