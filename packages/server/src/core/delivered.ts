/**
 * What counts as delivered to a listener that has a name: heartbeats prove what was sent before them, and nothing else
 * does, since what was handed to the network may never have come. Pure: marks and heartbeats go in, the proven position
 * comes out. It must not know transports, clocks or where the position is kept. PROTOCOL §20.
 */
import type { Position } from "./ports.js"

/** A heartbeat that was sent, with the position up to which everything was sent before it. */
interface Mark {
  /** 1, 2, 3, … of its connection. */
  readonly number: number
  /** null where that could not be said: it proves nothing. */
  readonly position: Position | null
  /** Engine.IO 3: the transport has proven by itself that the peer has read as far as this. */
  readonly isEchoed: boolean
}

/** How much of what one connection was sent is proven to have come. */
export interface Delivered {
  /** Everything up to here has come; null as long as nothing is proven. */
  readonly proven: Position | null
  /** Sent and not answered, the oldest first. */
  readonly marks: readonly Mark[]
  /** The number of the newest mark. */
  readonly last: number
}

export const nothingDelivered: Delivered = { proven: null, marks: [], last: 0 }

const addMark = (delivered: Delivered, position: Position | null): Delivered => {
  const number = delivered.last + 1
  return { ...delivered, marks: [...delivered.marks, { number, position, isEchoed: false }], last: number }
}

const proveOldest = ({ proven, marks: [oldest, ...marks], last }: Delivered): Delivered => ({
  proven: oldest?.position ?? proven,
  marks,
  last,
})

/** Engine.IO 4: the server sends its ping; everything up to `position` was sent before it. */
export const sendPing = addMark

/** Engine.IO 4: a pong proves what was sent before its ping. One that answers no ping proves nothing. */
export const hearPong = proveOldest

/**
 * Engine.IO 3: the client's ping is heard, and answered right after what was sent up to `position`. It proves what was
 * sent before the answer to an earlier ping, if that answer has also been echoed: there are clients that ping whether
 * they were answered or not.
 */
export function hearPing(delivered: Delivered, position: Position | null): Delivered {
  const [oldest] = delivered.marks
  if (oldest === undefined) return addMark(delivered, position)
  return oldest.isEchoed ? addMark(proveOldest(delivered), position) : delivered
}

/** Engine.IO 3: the transport proves that the peer has read as far as the mark of this number. */
export const hearEcho = (delivered: Delivered, number: number): Delivered => ({
  ...delivered,
  marks: delivered.marks.map((mark) => (mark.number <= number ? { ...mark, isEchoed: true } : mark)),
})

/** Reading goes back: what was sent before proves nothing any more, though its heartbeats are answered all the same. */
export const readAgain = (delivered: Delivered): Delivered => ({
  ...delivered,
  proven: null,
  marks: delivered.marks.map((mark) => ({ ...mark, position: null })),
})
