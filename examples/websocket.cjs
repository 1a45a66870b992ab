/**
 * Hears who asks to come in, with a plain WebSocket and no Socket.IO client: Engine.IO 3, in which the client pings.
 * Any language that has WebSockets can do the same.
 *
 *     node examples/websocket.cjs
 */
const { once } = require("node:events")
const { setTimeout: wait } = require("node:timers/promises")
const WebSocket = require("ws")
const { getSystemToken, systemId, url } = require("./get-system-token.cjs")

const topics = ["device.request.allowed", "device.request.denied", "device.request.unknown"]

/** What a frame begins with: Engine.IO's packet type, and Socket.IO's after it. */
const ping = "2"
const message = "42"
const refusal = "44"

const ending = new AbortController()
process.once("SIGINT", () => ending.abort())

function hear(frame, send) {
  if (frame.startsWith(refusal)) {
    console.error(frame.slice(refusal.length))
    process.exitCode = 1
    ending.abort()
  }
  if (!frame.startsWith(message)) return
  const [topic, event] = JSON.parse(frame.slice(message.length))
  console.log(JSON.stringify({ topic, event }))
  // Comes in the place of each event that met a lapsed token. What was missed follows the renewal.
  if (topic === "invalidToken") getSystemToken().then((token) => send("renewedToken", { token }), complain)
}

/** Listens until the connection is gone. */
async function listen() {
  const systemToken = await getSystemToken()
  if (ending.signal.aborted) return
  const socket = new WebSocket(
    `${url.replace(/^http/, "ws")}/socket.io/?systemId=${systemId}&token=${systemToken}&transport=websocket`,
  )
  const send = (name, payload) => socket.send(message + JSON.stringify([name, payload]))
  const close = () => socket.close()
  let pinging
  ending.signal.addEventListener("abort", close)
  socket.addEventListener("message", ({ data }) => hear(data, send))
  socket.addEventListener("open", () => {
    send("subscribeIsolated", { topics })
    // Without it the server would take the listener for gone after 45 seconds.
    pinging = setInterval(() => socket.send(ping), 25_000)
  })
  try {
    await once(socket, "close")
  } finally {
    clearInterval(pinging)
    ending.signal.removeEventListener("abort", close)
  }
}

const complain = (error) => console.error(error.message)

async function listenUntilEnd() {
  while (!ending.signal.aborted) {
    await listen().catch(complain)
    // A plain WebSocket does not come back by itself.
    await wait(1000, undefined, { signal: ending.signal }).catch(() => "the end has come")
  }
}

void listenUntilEnd()
