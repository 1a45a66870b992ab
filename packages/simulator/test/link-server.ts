/** A server's end of the node link that says what a test wants it to say, and hears what a node says. */
import { once } from "node:events"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
import { linkPath, type NodeMessage, type ServerMessage } from "@doorstream/contract"
import { WebSocketServer, type WebSocket } from "ws"

type Said<T extends NodeMessage["type"]> = Extract<NodeMessage, { type: T }>

/** One link, from the server's side. */
export class Conversation {
  readonly heard: NodeMessage[] = []
  /** Resolves when the node has gone. */
  readonly gone: Promise<unknown>
  readonly #socket: WebSocket
  #wake: (() => void)[] = []

  constructor(socket: WebSocket) {
    this.#socket = socket
    this.gone = once(socket, "close")
    socket.on("message", (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as NodeMessage)
      for (const wake of this.#wake.splice(0)) wake()
    })
  }

  say(message: ServerMessage | object): void {
    this.#socket.send(JSON.stringify(message))
  }

  /** The n-th message of this type, counted from 1. */
  async hears<T extends NodeMessage["type"]>(type: T, nth = 1): Promise<Said<T>> {
    for (;;) {
      const said = this.heard.filter((message): message is Said<T> => message.type === type)[nth - 1]
      if (said !== undefined) return said
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  /** Lets it in; what it said hello with. */
  async welcome({ credits = 1000, time = 0, silence = 30_000, version = 2 } = {}): Promise<Said<"hello">> {
    this.say({ type: "challenge", versions: { min: 1, max: 2 }, nonce: "nonce", time })
    const hello = await this.hears("hello")
    this.say({ type: "welcome", version, systemId: "s", cloudNodeId: "n", silence, credits, time })
    return hello
  }

  /** Accepts the n-th run. */
  async accepts(nth = 1, credits = 0): Promise<readonly string[]> {
    const { reports } = await this.hears("reports", nth)
    const ids = reports.map((report) => (report as { id: string }).id)
    const accepted = ids.map((id, index) => ({ id, position: index + 1 }))
    this.say({ type: "acknowledged", accepted, refused: [], credits, time: 0 })
    return ids
  }

  refuses(code: string, credits?: number): void {
    const brings = credits === undefined ? {} : { credits, time: 0 }
    this.say({ type: "refused", code, message: "No.", ...brings })
  }

  end(closeCode: number, reason = ""): void {
    this.#socket.close(closeCode, reason)
  }

  cut(): void {
    this.#socket.terminate()
  }

  ping(): void {
    this.#socket.ping()
  }
}

export class LinkServer {
  /** Statuses that the next upgrades are answered with, instead of a link, with Retry-After. */
  readonly refusals: number[] = []
  refused = 0
  readonly #server: Server
  readonly #sockets: WebSocketServer
  readonly #links: Conversation[] = []
  #wake: (() => void)[] = []

  private constructor(server: Server) {
    this.#server = server
    this.#sockets = new WebSocketServer({ noServer: true })
    server.on("upgrade", (request, socket, head) => {
      const status = this.refusals.shift()
      if (status !== undefined) {
        this.refused += 1
        return void socket.end(`HTTP/1.1 ${status} No\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n`)
      }
      if (request.url !== linkPath) return void socket.destroy()
      this.#sockets.handleUpgrade(request, socket, head, (opened) => {
        this.#links.push(new Conversation(opened))
        for (const wake of this.#wake.splice(0)) wake()
      })
    })
  }

  static async listen(): Promise<LinkServer> {
    const server = createServer()
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    return new LinkServer(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** The n-th link, counted from 1. */
  async link(nth = 1): Promise<Conversation> {
    for (;;) {
      const link = this.#links[nth - 1]
      if (link !== undefined) return link
      await new Promise<void>((resolve) => this.#wake.push(resolve))
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
