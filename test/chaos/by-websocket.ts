/** Listeners under the hostile network on a plain WebSocket, Engine.IO 3 or 4, as somebody writes one by hand. */
import { WebSocket } from "ws"
import { systemId } from "../support/house.js"
import { Ear, type Calling, type Event, type Listener } from "./listener.js"

/** How often an Engine.IO 3 listener pings, in milliseconds. */
const pingEvery = 1000

/** One connection: what is said on it goes to the ear. */
class Connection {
  readonly #pings: NodeJS.Timeout | undefined

  constructor(
    readonly socket: WebSocket,
    readonly engine: 3 | 4,
    readonly ear: Ear,
  ) {
    if (engine === 3) this.#pings = setInterval(() => this.#send("2"), pingEvery)
    socket.on("open", () => engine === 4 && this.#send("40"))
    socket.on("message", (data: Buffer) => this.#take(data.toString()))
    socket.on("close", () => clearInterval(this.#pings))
  }

  #send(frame: string): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame)
  }

  #take(frame: string): void {
    if (frame === "2") this.#send("3")
    else if (frame.startsWith("40")) {
      this.ear.connect()
      this.#send(`421${JSON.stringify(["subscribeIsolated", this.ear.subscription])}`)
    } else if (frame.startsWith("431")) this.ear.begin((JSON.parse(frame.slice(3)) as [object])[0])
    else if (frame.startsWith("44")) this.ear.trouble(frame)
    else if (frame.startsWith("42"))
      this.#hear(
        ...(JSON.parse(frame.slice(2)) as [string, Event & { cursor: string }, { cursor?: string }?]),
      )
  }

  #hear(name: string, body: Event & { cursor: string }, more?: { cursor?: string }): void {
    const { calling } = this.ear
    if (name === "invalidToken")
      void calling.tokens
        .fresh()
        .then((token) => this.#send(`42${JSON.stringify(["renewedToken", { token }])}`))
    else if (calling.topics.includes(name)) this.ear.hear(name, body, more?.cursor)
    else if (name === "stream.position") this.ear.hearPosition(body)
    else this.ear.trouble(`${name} ${JSON.stringify(body)}`)
  }
}

/** A listener that connects again whenever its connection ends. */
export function listenByWebSocket(calling: Calling, engine: 3 | 4): Listener {
  const ear = new Ear(calling)
  const { url, tokens, keeps, name } = calling
  let socket: WebSocket
  let isClosed = false
  const connect = (): void => {
    const named = keeps === "name" ? `&listener=${name}` : ""
    const query = `EIO=${engine}&systemId=${systemId}&token=${tokens.last()}${named}`
    socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?${query}&transport=websocket`)
    void new Connection(socket, engine, ear)
    // Whatever broke, the connection is closed afterwards.
    socket.on("error", () => undefined)
    socket.on("close", () => isClosed || setTimeout(connect, calling.away()))
  }
  connect()
  return {
    kind: `WebSocket, Engine.IO ${engine}`,
    ear,
    close: () => {
      isClosed = true
      socket.terminate()
    },
  }
}
