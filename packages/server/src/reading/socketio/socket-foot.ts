/** The foot of a listener on Socket.IO, over WebSocket or polling, Engine.IO 3 or 4. It must not know sessions. */
import type { Socket as NetSocket } from "node:net"
import { streamRefused, type Refusal } from "@doorstream/contract"
import type { Socket } from "socket.io"
import type { Meter } from "../../core/meter.js"
import type { Foot } from "../foot.js"
import type { Cursor } from "../../core/cursor.js"
import { plain, withCursors, type Batch, type Form } from "../outgoing.js"

/**
 * How many events may wait for a peer before it counts as congested. Enough for a polling client between two of its
 * polls; an event is some hundred bytes.
 */
const mostWaiting = 256

/**
 * How many other messages may: they are small, and cannot be read again. More than the log ever tells of at once, so
 * that a peer with a lapsed token that keeps up hears `invalidToken` in the place of each event.
 */
const mostSaid = 8192

/** A peer that asks on and on and takes none of the answers is let go of at this. */
const endureSaid = 2 * mostSaid

/** How long a listener that is ended has to take why, and what the kernel was given before: then it is cut. */
const readRefusal = 500

/** What Engine.IO is told with a packet: the frame is there already. */
const withFrame = (frame: Buffer): object => ({ compress: false, wsPreEncodedFrame: [frame] })

/** A WebSocket's `readyState` when frames may be sent. */
const isOpen = 1

/** What of Engine.IO and ws is not in their types; both are pinned, and looked for before it is used. */
interface Inside {
  readonly writeBuffer: unknown[]
  readonly transport: {
    readonly writable: boolean
    readonly socket?: { readonly readyState: number; readonly _socket?: NetSocket; terminate(): void }
  }
}

/**
 * The TCP or TLS connection under a WebSocket on which nothing waits anywhere: a whole frame may be written to it past
 * Engine.IO and ws, which costs less (bench/fan-out.ts). As soon as the kernel takes no more, there is none.
 */
function directPath(conn: Socket["conn"]): NetSocket | undefined {
  if (conn.readyState !== "open" || conn.transport.name !== "websocket") return undefined
  const { writeBuffer, transport } = conn as unknown as Inside
  const socket = transport.socket
  const connection = socket?.readyState === isOpen ? socket._socket : undefined
  const isIdle = transport.writable && writeBuffer.length === 0 && connection?.writableLength === 0
  return isIdle ? connection : undefined
}

export class SocketFoot implements Foot {
  readonly #socket: Socket
  readonly #delivered: Meter["delivered"]
  readonly #epoch: string
  form: Form = plain
  /** How many events were sent. */
  sent = 0
  /** Events that Engine.IO keeps because the transport is not done with those before. */
  #waiting = 0
  /** Other messages that it keeps. */
  #said = 0
  #isGone = false
  #onDrained: (() => void)[] = []

  /** @param epoch that of the log that is read */
  constructor(socket: Socket, delivered: Meter["delivered"], epoch: string) {
    this.#socket = socket
    this.#delivered = delivered
    this.#epoch = epoch
    socket.conn.on("drain", () => this.#settle())
    socket.conn.on("close", () => {
      this.#isGone = true
      this.#settle()
    })
  }

  #settle(): void {
    this.#waiting = 0
    this.#said = 0
    if (this.#onDrained.length === 0) return
    const resolves = this.#onDrained
    this.#onDrained = []
    for (const resolve of resolves) resolve()
  }

  /** Past Socket.IO's own emit: packets and frames are built already, once for all listeners. */
  send(batch: Batch): void {
    this.sent += batch.events.length
    for (const { topic } of batch.events) this.#delivered[topic] += 1
    const direct = directPath(this.#socket.conn)
    if (direct !== undefined) return void direct.write(batch.frame)
    // Counted first: an idle transport takes the events and says "drain" before `write` returns.
    this.#waiting += batch.events.length
    const { conn } = this.#socket
    // A connection never goes back from WebSocket to polling: there one packet may stand for all.
    if (conn.transport.name === "websocket") conn.write(batch.events[0].packet, withFrame(batch.frame))
    else for (const { packet, frame } of batch.events) conn.write(packet, withFrame(frame))
  }

  /** From now on, what is sent says where to read on. */
  sayCursors(): void {
    if (this.form === plain) this.form = withCursors(this.#epoch)
  }

  say(name: string, body: object, cursor?: Cursor): void {
    this.note(1)
    if (cursor === undefined || this.form === plain) this.#socket.emit(name, body)
    else this.#socket.emit(name, body, { cursor })
  }

  note(messages: number): void {
    this.#said += messages
    if (this.#said >= endureSaid) this.#socket.conn.close(true)
  }

  congested(): boolean {
    return this.#waiting >= mostWaiting || this.#said >= mostSaid
  }

  /** Nothing waits here any more, and the peer could be told more at once: by a WebSocket, or on a poll that is open. */
  #isIdle(): boolean {
    return this.#waiting + this.#said === 0 && this.#socket.conn.transport.writable
  }

  /** The same, and the kernel has everything, that too which was written past Engine.IO: it may be closed. */
  isDrained(): boolean {
    const { transport } = this.#socket.conn as unknown as Inside
    return this.#isIdle() && (transport.socket?._socket?.writableLength ?? 0) === 0
  }

  drained(): Promise<void> {
    if (this.#isIdle() || this.#isGone) return Promise.resolve()
    return new Promise((resolve) => this.#onDrained.push(resolve))
  }

  refuse(refusal: Refusal): void {
    const { conn } = this.#socket
    const { writeBuffer, transport } = conn as unknown as Inside
    writeBuffer.length = 0
    this.#socket.emit(streamRefused, { topic: null, ...refusal })
    // Clients come back by themselves from a connection that is closed, to the same refusal; not from a disconnect.
    this.#socket.disconnect(true)
    const cut = (): void => {
      conn.close(true)
      transport.socket?.terminate()
    }
    setTimeout(cut, readRefusal).unref()
  }

  close(atOnce = false): void {
    this.#socket.conn.close(atOnce)
  }
}
