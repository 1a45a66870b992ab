/**
 * A connection's heartbeats as proof of what has come: watched for a listener that has a name, and for no other. It must
 * not know what is done with what is proven. PROTOCOL §20.
 */
import type { EventEmitter } from "node:events"
import type { Socket as Connection } from "engine.io"
import {
  hearEcho,
  hearPing,
  hearPong,
  nothingDelivered,
  readAgain,
  sendPing,
  type Delivered,
} from "../../core/delivered.js"
import type { Position } from "../../core/ports.js"
import type { Inbox } from "./inbox.js"

/** What of Engine.IO is not in its types; the library is pinned. */
interface Inside {
  readonly protocol: number
  readonly writeBuffer: readonly unknown[]
  readonly transport: { readonly writable: boolean; readonly socket?: PingedSocket }
}

interface PingedSocket extends EventEmitter {
  ping(data: string): void
}

interface Watching {
  /** Up to where everything was sent by now; null where that cannot be said. */
  readonly sentTo: () => Position | null
  /** Everything up to here has come. */
  readonly proven: (position: Position) => void
}

export interface Heartbeats {
  /** What was sent so far no longer proves that everything before it was. */
  readAgain(): void
  stop(): void
}

/** Has the peer show that it has read as far as a mark; `shown` hears of it. For Engine.IO 3. */
function openEchoes(connection: Connection, shown: (number: number) => void) {
  const inside = connection as unknown as Inside
  let pinged: PingedSocket | undefined
  /** To be asked for when Engine.IO has handed on what it holds. */
  let held: number | undefined
  let waited: { readonly number: number; polls: number } | undefined

  const hearPong = (data: Buffer): void => shown(Number(data.toString()))
  const flushed = (): void => {
    if (held === undefined) return
    const number = held
    held = undefined
    ask(number)
  }
  const upgraded = (): void => {
    if (waited !== undefined) ask(waited.number)
  }
  /** A WebSocket's ping (RFC 6455 §5.5.2) is answered by every peer's library, in its turn. */
  const pingSocket = (socket: PingedSocket, number: number): void => {
    // What Engine.IO has not handed on yet would come after it.
    if (inside.writeBuffer.length > 0) return void (held = number)
    if (pinged !== socket) socket.on("pong", hearPong)
    pinged = socket
    socket.ping(String(number))
  }
  const ask = (number: number): void => {
    const { socket, writable } = inside.transport
    waited = undefined
    if (socket !== undefined) pingSocket(socket, number)
    // The poll that is open takes it along, and the next one shows that it was read; else there is one more to come.
    else waited = { number, polls: writable ? 1 : 2 }
  }
  connection.on("upgrade", upgraded)
  connection.on("drain", flushed)
  return {
    ask,
    stop: (): void => {
      connection.off("upgrade", upgraded)
      connection.off("drain", flushed)
      pinged?.off("pong", hearPong)
    },
    polled: (): void => {
      if (waited === undefined) return
      waited.polls -= 1
      if (waited.polls > 0) return
      shown(waited.number)
      waited = undefined
    },
  }
}

export function watchHeartbeats(
  connection: Connection,
  inbox: Inbox,
  { sentTo, proven }: Watching,
): Heartbeats {
  let delivered = nothingDelivered
  const settle = (next: Delivered): void => {
    const before = delivered.proven
    delivered = next
    if (next.proven !== null && next.proven !== before) proven(next.proven)
  }
  const echoes = openEchoes(connection, (number) => settle(hearEcho(delivered, number)))
  const isThree = (connection as unknown as Inside).protocol === 3

  // Emitted before the packet takes its place behind what was sent.
  const created = ({ type }: { readonly type: string }): void => {
    if (type === "ping") settle(sendPing(delivered, sentTo()))
  }
  if (!isThree) connection.on("packetCreate", created)
  const watcher = {
    polled: echoes.polled,
    alive: () => {
      if (!isThree) return settle(hearPong(delivered))
      const { last } = delivered
      settle(hearPing(delivered, sentTo()))
      if (delivered.last !== last) echoes.ask(delivered.last)
    },
  }
  inbox.watch(watcher)
  return {
    readAgain: () => settle(readAgain(delivered)),
    stop: () => {
      connection.off("packetCreate", created)
      echoes.stop()
      inbox.unwatch(watcher)
    },
  }
}
