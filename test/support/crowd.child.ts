/**
 * A part of a crowd behind one address: listeners of every kind that all come at once and stay. It tells its parent how they fare, and knows nothing of the server but its address.
 */
import { WebSocket } from "ws"
import { requestToken, systemId } from "./house.js"
import { clients, type ClientSocket, type Version } from "./listeners.js"

const [url = "", many = "", perToken = ""] = process.argv.slice(2)

/** How the crowd fares. */
export interface Faring {
  /** How many have subscribed, and again after they came back by themselves. */
  readonly subscribed: number
  readonly back: number
  readonly heard: number
  /** What went wrong, a line each. */
  readonly troubles: readonly string[]
}

const faring = { subscribed: 0, back: 0, heard: 0, troubles: [] as string[] }
const topic = "device.request.allowed"

type Kind = "raw" | readonly [Version, ...string[]]

/** Those that come back by themselves, and plain WebSockets, which do not. */
const kinds: readonly Kind[] = [
  ["2.5", "polling", "websocket"],
  ["3.1", "polling", "websocket"],
  ["4.8", "polling", "websocket"],
  ["4.8", "websocket"],
  ["2.5", "websocket"],
  ["4.8", "polling"],
  "raw",
  "raw",
]

const trouble = (what: string): void => {
  if (faring.troubles.length < 20) faring.troubles.push(what)
}

function listenByClient(token: string, [version, ...transports]: Exclude<Kind, "raw">): void {
  const socket: ClientSocket = clients[version](`${url}?systemId=${systemId}&token=${token}`, {
    forceNew: true,
    transports,
    timeout: 60_000,
  })
  let times = 0
  socket.on("connect", () => {
    socket.emit("subscribeIsolated", { topics: [topic] }, () => {
      if (times++ === 0) faring.subscribed += 1
      else faring.back += 1
    })
  })
  for (const name of ["connect_error", "error"])
    socket.on(name, (error: Error) => trouble(`${version} ${transports.join()}: ${String(error)}`))
  socket.on(topic, () => (faring.heard += 1))
}

function listenRaw(token: string): void {
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket.io/?transport=websocket&token=${token}`)
  socket.on("open", () => socket.send(`421${JSON.stringify(["subscribeIsolated", { topics: [topic] }])}`))
  socket.on("message", (data: Buffer) => {
    const frame = data.toString()
    if (frame.startsWith("431")) faring.subscribed += 1
    if (frame.startsWith(`42["${topic}"`)) faring.heard += 1
  })
  socket.on("error", (error) => trouble(`raw: ${error.message}`))
}

function join(token: string, index: number): void {
  const kind = kinds[index % kinds.length]!
  if (kind === "raw") listenRaw(token)
  else listenByClient(token, kind)
}

let told = ""
setInterval(() => {
  const now = JSON.stringify(faring)
  if (now !== told) process.send?.(faring)
  told = now
}, 50)

/** Tokens are requested some at a time, and then everybody comes at once. */
async function requestTokens(count: number): Promise<readonly string[]> {
  const tokens: string[] = []
  const request = async (): Promise<void> => {
    while (tokens.length < count) tokens.push(await requestToken(url))
  }
  await Promise.all(Array.from({ length: 8 }, request))
  return tokens
}

const tokens = await requestTokens(Number(many) / Number(perToken))
for (let index = 0; index < Number(many); index++) join(tokens[Math.floor(index / Number(perToken))]!, index)
