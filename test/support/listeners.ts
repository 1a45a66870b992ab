/**
 * Listeners as users have them: socket.io-client of versions 2, 3 and 4, and a raw WebSocket. Each keeps what it
 * hears, and can be waited for.
 */
import { once } from "node:events"
import { createRequire } from "node:module"
import { io } from "socket.io-client"
import { WebSocket } from "ws"
import { systemId } from "./house.js"

/** What the tests use of a Socket.IO client, the same in every version. */
export interface ClientSocket {
  readonly connected: boolean
  readonly id: string
  on(name: string, hear: (...args: never[]) => void): unknown
  emit(name: string, ...args: unknown[]): unknown
  close(): unknown
  readonly io: { readonly engine: { readonly transport: { readonly name: string } } }
}

type Connect = (url: string, options: object) => ClientSocket

const require = createRequire(import.meta.url)

/** The client library by its version. */
export const clients: Readonly<Record<"2.5" | "3.1" | "4.8", Connect>> = {
  "2.5": require("socket.io-client-2") as Connect,
  "3.1": require("socket.io-client-3") as Connect,
  "4.8": io as unknown as Connect,
}

export type Version = keyof typeof clients

export const versions = Object.keys(clients) as Version[]

/** Keeps what is heard, and lets a test wait until it has heard enough. */
export class Heard<T> {
  readonly all: T[] = []
  #waiting: (() => void)[] = []

  add(item: T): void {
    this.all.push(item)
    for (const look of this.#waiting.splice(0)) look()
  }

  /** Resolves once something that was heard satisfies. */
  async until(satisfied: (all: readonly T[]) => boolean): Promise<readonly T[]> {
    while (!satisfied(this.all)) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    return this.all
  }

  atLeast(count: number): Promise<readonly T[]> {
    return this.until((all) => all.length >= count)
  }
}

export interface Said {
  readonly topic: string
  readonly event: Record<string, unknown>
}

export interface Listening {
  readonly socket: ClientSocket
  readonly heard: Heard<Said>
  close(): void
}

/** A listener on Socket.IO, with the token in the URL as the specification's samples have it. */
export async function listen(
  url: string,
  token: string,
  topics: readonly string[],
  {
    version = "4.8",
    system = systemId,
    ...options
  }: { version?: Version; system?: string; transports?: string[]; reconnectionDelay?: number } = {},
): Promise<Listening> {
  const socket = clients[version](`${url}?systemId=${system}&token=${token}`, { forceNew: true, ...options })
  const heard = new Heard<Said>()
  await new Promise<void>((resolve, reject) => {
    socket.on("connect", () => resolve())
    socket.on("connect_error", (error: Error) => reject(error))
    socket.on("error", (error: Error) => reject(error))
  })
  const hear = (topic: string): void =>
    void socket.on(topic, (event: Said["event"]) => heard.add({ topic, event }))
  for (const topic of new Set([...heardAlways, ...topics])) hear(topic)
  await new Promise<void>((resolve) => socket.emit("subscribeIsolated", { topics }, () => resolve()))
  return { socket, heard, close: () => void socket.close() }
}

const heardAlways = ["invalidToken", "stream.refused", "stream.gap"]

export interface RawListening {
  readonly socket: WebSocket
  /** Every frame as it came, as text. */
  readonly frames: Heard<string>
  send(frame: string): void
  /** Resolves when the connection is closed. */
  closed: Promise<unknown>
  close(): void
}

/** A raw WebSocket to the gateway; `query` as it stands in the URL. */
export async function listenRaw(url: string, query: string): Promise<RawListening> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/socket.io/?${query}&transport=websocket`)
  const frames = new Heard<string>()
  socket.on("message", (data: Buffer) => frames.add(data.toString("utf8")))
  const closed = once(socket, "close")
  await once(socket, "open")
  return { socket, frames, send: (frame) => socket.send(frame), closed, close: () => socket.terminate() }
}
