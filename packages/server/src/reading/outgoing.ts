/** A row of the log, made ready once for however many listeners it goes to. It must not know who they are. */
import type { TopicName } from "@doorstream/contract"
import { writeCursor, type Cursor } from "../core/cursor.js"
import type { Position, Row } from "../core/ports.js"

/** An event on its way out. */
export interface Outgoing {
  readonly position: Position
  readonly topic: TopicName
  /** As text, such as a Socket.IO packet. */
  readonly packet: string
  /** As it goes over the connection, such as a whole WebSocket frame, so that none is built per listener. */
  readonly frame: Buffer
}

/** How events are put on one way of listening. Forms of one name say the same of the same system. */
export interface Form {
  readonly name: string
  prepare(row: Row): Outgoing
}

/** Events that go out together, one after the other. There is at least one. */
export interface Batch {
  readonly events: readonly [Outgoing, ...Outgoing[]]
  /** Their frames as one piece, which is written at once. */
  readonly frame: Buffer
}

/** An unmasked, unfragmented WebSocket text frame (RFC 6455 §5.2). */
function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text)
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(header + length)
  frame[0] = 0x81
  if (header === 2) frame[1] = length
  else if (header === 4) {
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = 127
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  frame.write(text, header)
  return frame
}

function prepare({ position, topic }: Row, packet: string): Outgoing {
  // The 4 is Engine.IO's packet type "message", the same in revisions 3 and 4.
  return { position, topic, packet, frame: textFrame(`4${packet}`) }
}

/** A Socket.IO EVENT with two elements: the topic and the specification's body. */
export const plain: Form = {
  name: "plain",
  prepare: (row) => prepare(row, `2["${row.topic}",${row.text}]`),
}

/** And one with a third: where to read on, once this was heard. */
export const withCursors = (epoch: string): Form => {
  const cursor = (position: Position): Cursor => writeCursor({ epoch, position })
  return {
    name: "cursors",
    prepare: (row) => prepare(row, `2["${row.topic}",${row.text},{"cursor":"${cursor(row.position)}"}]`),
  }
}

export const batchOf = (first: Outgoing, ...others: readonly Outgoing[]): Batch => ({
  events: [first, ...others],
  frame: others.length === 0 ? first.frame : Buffer.concat([first, ...others].map(({ frame }) => frame)),
})
