/**
 * Many listeners in one process that cost next to nothing: they count bytes. All events of a run are equally long, so
 * that bytes tell how many were delivered. They never ping: the servers must be patient.
 */
import { once } from "node:events"
import type { Socket } from "node:net"
import { WebSocket } from "ws"

export interface Crowd {
  /** Resolves when every listener has had so many bytes more than at the last reset. */
  until(bytes: number): Promise<void>
  /** The bytes that every listener has had at least since the last reset. */
  least(): number
  reset(): void
  close(): void
}

/** A listener on a plain WebSocket of Engine.IO 3, which has subscribed. */
async function connect(
  url: string,
  query: string,
  topic: string,
  count: (bytes: number) => void,
): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?${query}&transport=websocket`)
  await once(socket, "open")
  const acknowledged = new Promise<void>((resolve) =>
    socket.on("message", (data: Buffer) => {
      if (data.toString().startsWith("431")) resolve()
    }),
  )
  socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic] }])}`)
  await acknowledged
  // From here on only bytes are counted: past the library, which would parse them.
  const { _socket: connection } = socket as unknown as { _socket: Socket }
  connection.removeAllListeners("data")
  connection.on("data", (data) => count(data.length))
  connection.resume()
  return socket
}

export async function hundredAtATime<T>(size: number, make: (index: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  while (made.length < size) {
    const from = made.length
    const some = Array.from({ length: Math.min(100, size - from) }, (_, offset) => make(from + offset))
    made.push(...(await Promise.all(some)))
  }
  return made
}

/**
 * Connects a crowd, a hundred at a time.
 *
 * @param heard is told, of each piece that some listener has had, how many bytes it had before and has now
 */
export async function gather(
  size: number,
  url: string,
  query: string,
  topic: string,
  heard?: (before: number, now: number) => void,
): Promise<Crowd> {
  const had = new Float64Array(size)
  let goal = Infinity
  let behind = size
  let arrived: (() => void) | undefined

  const count = (index: number, bytes: number): void => {
    const before = had[index]!
    had[index] = before + bytes
    heard?.(before, before + bytes)
    if (before >= goal || before + bytes < goal) return
    behind -= 1
    if (behind === 0) arrived?.()
  }
  const sockets = await hundredAtATime(size, (index) =>
    connect(url, query, topic, (bytes) => count(index, bytes)),
  )
  return {
    until: (bytes) =>
      new Promise((resolve) => {
        goal = bytes
        arrived = resolve
        behind = had.reduce((sum, each) => sum + (each < bytes ? 1 : 0), 0)
        if (behind === 0) resolve()
      }),
    least: () => had.reduce((least, each) => Math.min(least, each), Infinity),
    reset: () => void had.fill(0),
    close: () => {
      for (const socket of sockets) socket.terminate()
    },
  }
}
