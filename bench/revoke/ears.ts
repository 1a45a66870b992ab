/**
 * Connections that know when they heard last, when they were told to be revoked, and whether anything came after that:
 * plain WebSockets of Engine.IO 3, whose bytes are looked at past the library.
 */
import { once } from "node:events"
import type { Socket } from "node:net"
import { WebSocket } from "ws"
import { hundredAtATime } from "../fan-out/crowd.js"

export interface Ear {
  /** By `performance.now()`; 0 where there was none. */
  lastEvent(): number
  told(): number
  /** Whether an event came after it was told. */
  heardAfter(): boolean
  bytes(): number
  /** Resolves when the connection is over. */
  readonly over: Promise<unknown>
}

interface Query {
  readonly url: string
  readonly token: string
  readonly topic: string
  readonly after?: string
}

const telling = "stream.refused"

async function open({ url, token, topic, after }: Query): Promise<Ear> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?token=${token}&transport=websocket`)
  await once(socket, "open")
  const answered = new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => data.toString().startsWith("431") && resolve()),
  )
  socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic], after }])}`)
  await answered
  let [last, told, bytes, isWrong] = [0, 0, 0, false]
  const { _socket: connection } = socket as unknown as { _socket: Socket }
  connection.removeAllListeners("data")
  connection.on("data", (data: Buffer) => {
    const now = performance.now()
    bytes += data.length
    const at = told > 0 ? 0 : data.indexOf(telling)
    if (told > 0 || at >= 0) isWrong ||= data.includes(topic, Math.max(0, at))
    if (told === 0 && at >= 0) told = now
    if (at === -1 || data.subarray(0, at).includes(topic)) last = now
  })
  connection.resume()
  return {
    lastEvent: () => last,
    told: () => told,
    heardAfter: () => isWrong,
    bytes: () => bytes,
    over: once(connection, "close"),
  }
}

export const gatherEars = (size: number, query: Query): Promise<Ear[]> =>
  hundredAtATime(size, () => open(query))
