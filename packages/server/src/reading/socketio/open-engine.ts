/** Engine.IO, asked whether a connection is open, and told how to read it. */
import type { IncomingMessage } from "node:http"
import { Server, type ServerOptions, type Socket as Connection, type Transport } from "engine.io"
import type { Milliseconds } from "../../core/ports.js"
import type { Inbox } from "./inbox.js"

/** How long a WebSocket stays after it was closed from here, for want of the peer's word. */
const agreeWithin: Milliseconds = 1000

export class OpenEngine extends Server {
  /** By transport: a connection that goes over to another one keeps its inbox. */
  readonly #inboxes = new WeakMap<Transport, Inbox>()
  readonly #openInbox: () => Inbox

  /** @param openInbox opens the inbox of a connection that begins */
  constructor(options: ServerOptions, openInbox: () => Inbox) {
    super(options)
    this.#openInbox = openInbox
    this.on("connection", (connection: Connection) => this.inboxOf(connection)?.open(connection))
  }

  /** The WebSocket library waits half a minute for a peer to agree that it is over, and some never do. */
  protected override init(): void {
    super.init()
    Object.assign((this as unknown as { ws: { options: object } }).ws.options, { closeTimeout: agreeWithin })
  }

  isOpen(sid: string): boolean {
    return Object.hasOwn(this.clients, sid)
  }

  inboxOf({ transport }: Connection): Inbox | undefined {
    return this.#inboxes.get(transport)
  }

  protected override createTransport(name: "polling" | "websocket", request: IncomingMessage): Transport {
    const transport = super.createTransport(name, request)
    const { searchParams } = new URL(request.url ?? "/", "http://doorstream.invalid")
    const sid = searchParams.getAll("sid").at(-1) ?? ""
    const connection = this.isOpen(sid) ? this.clients[sid] : undefined
    const inbox = (connection && this.inboxOf(connection)) ?? this.#openInbox()
    inbox.adopt(transport)
    this.#inboxes.set(transport, inbox)
    return transport
  }
}
