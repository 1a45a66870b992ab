/**
 * The foot of a listener on a stream of server-sent events, which EventSource reads, and people with `curl -N`. It must
 * not know sessions, nor how the stream was asked for. PROTOCOL §20.
 */
import { streamRefused, type Refusal } from "@doorstream/contract"
import { writeCursor, type Cursor } from "../core/cursor.js"
import type { Peer } from "../core/listening.js"
import type { Meter } from "../core/meter.js"
import type { Milliseconds } from "../core/ports.js"
import type { Foot } from "./foot.js"
import type { Batch, Form } from "./outgoing.js"

/** After how long EventSource comes back. */
const comeBackAfter: Milliseconds = 2000

/** How long a listener that is ended has to take why, and what was written before: then it is cut. */
const readRefusal: Milliseconds = 500

/** How many bytes may wait for a peer before it counts as congested: about as much as is read from the log at a time. */
const mostWaiting = 262_144

/**
 * JSON has no line breaks, so that one `data` holds all of it. The id is last: a reader that takes it before the block
 * is whole, against the standard, has the event by then all the same.
 */
const piece = (name: string, json: string, id?: Cursor): string =>
  `event: ${name}\ndata: ${json}\n${id === undefined ? "" : `id: ${id}\n`}\n`

/** Events as EventSource takes them, each with its cursor as id. */
export const eventStream = (epoch: string): Form => ({
  name: "sse",
  prepare: ({ position, topic, text }) => {
    const packet = piece(topic, text, writeCursor({ epoch, position }))
    return { position, topic, packet, frame: Buffer.from(packet) }
  },
})

export class StreamFoot implements Foot {
  readonly form: Form
  readonly #delivered: Meter["delivered"]
  /** How many events were sent. */
  sent = 0
  #peer: Peer | undefined
  #isOver = false
  #onDrained: (() => void)[] = []

  constructor(form: Form, delivered: Meter["delivered"]) {
    this.form = form
    this.#delivered = delivered
  }

  get hasBegun(): boolean {
    return this.#peer !== undefined
  }

  /** @param start where reading begins; whoever may not hear anything must not hear that either */
  open(peer: Peer, start: Cursor | undefined): void {
    this.#peer = peer
    peer.on("drain", () => this.#settle())
    peer.on("close", () => this.#end())
    this.#write(`retry: ${comeBackAfter}\n${start === undefined ? "" : `id: ${start}\n`}\n`)
  }

  /** To write after the end would be an error that nobody hears. */
  #write(text: Uint8Array | string): void {
    if (!this.#isOver) this.#peer?.write(text)
  }

  send({ events, frame }: Batch): void {
    this.sent += events.length
    for (const { topic } of events) this.#delivered[topic] += 1
    this.#write(frame)
  }

  say(name: string, body: object, cursor?: Cursor): void {
    this.#write(piece(name, JSON.stringify(body), cursor))
  }

  note(): void {
    // Nothing is acknowledged on a stream: whoever listens on it cannot speak.
  }

  /**
   * Shows that the connection is there.
   *
   * @param delivered the cursor before which nothing is missing: whoever comes back begins there, however quiet it was
   */
  beat(delivered: Cursor | undefined): void {
    // Where something waits to be taken there is a sign of life on the way.
    if (this.#peer?.writableNeedDrain === false)
      this.#write(delivered === undefined ? ":\n\n" : `id: ${delivered}\n:\n\n`)
  }

  congested(): boolean {
    return this.#peer !== undefined && this.#peer.writableNeedDrain && this.#peer.writableLength > mostWaiting
  }

  /** The kernel has everything. */
  isDrained(): boolean {
    return this.#peer === undefined || this.#peer.writableLength === 0
  }

  drained(): Promise<void> {
    if (this.#isOver || this.#peer?.writableNeedDrain !== true) return Promise.resolve()
    return new Promise((resolve) => this.#onDrained.push(resolve))
  }

  #settle(): void {
    for (const resolve of this.#onDrained.splice(0)) resolve()
  }

  #end(): void {
    this.#isOver = true
    this.#settle()
  }

  /** EventSource comes back once, is refused by HTTP, and gives up. */
  refuse(refusal: Refusal): void {
    this.say(streamRefused, { topic: null, ...refusal })
    const peer = this.#peer
    this.close()
    setTimeout(() => peer?.destroy(), readRefusal).unref()
  }

  close(atOnce = false): void {
    this.#end()
    if (atOnce) this.#peer?.destroy()
    else this.#peer?.end()
  }
}
