/**
 * Hears who asks to come in, with a plain WebSocket as browsers have it too: Engine.IO 4, in which the server pings and
 * the client says CONNECT.
 *
 *     node examples/websocket-engine-io-4.mjs
 */
import { WebSocket } from "ws" // A browser has its own, and so has Node.js 22.
import tokens from "./get-system-token.cjs"

const { getSystemToken, systemId, url } = tokens
const topics = ["device.request.allowed", "device.request.denied", "device.request.unknown"]
const print = (topic, event) => console.log(JSON.stringify({ topic, event }))
const complain = (error) => console.error(error.message)

/** What a frame may be: Engine.IO's packet type, Socket.IO's after it, then JSON. */
const frameForm = /^(?<type>0|2|3|40|42|44)(?<json>[[{].*)?$/s

const systemToken = await getSystemToken()
const address = `${url.replace(/^http/, "ws")}/socket.io/?EIO=4&transport=websocket`
const socket = new WebSocket(`${address}&systemId=${systemId}&token=${systemToken}`)
process.once("SIGINT", () => socket.close())

const send = (name, payload) => socket.send(`42${JSON.stringify([name, payload])}`)

const renew = async () => send("renewedToken", { token: await getSystemToken() })

function hear([topic, event]) {
  print(topic, event)
  // Comes in the place of each event that met a lapsed token. What was missed follows the renewal.
  if (topic === "invalidToken") renew().catch(complain)
}

function refuse({ code, message }) {
  complain({ message: `${code}: ${message}` })
  process.exitCode = 1
  socket.close()
}

/** What to do with each type of frame. */
const answers = {
  0: () => socket.send("40"), // The connection is open: say CONNECT.
  2: () => socket.send("3"), // The server asks whether we are there.
  40: () => send("subscribeIsolated", { topics }),
  42: hear,
  44: refuse,
}

socket.addEventListener("message", ({ data }) => {
  const { type, json } = frameForm.exec(data)?.groups ?? {}
  answers[type]?.(json && JSON.parse(json))
})
socket.addEventListener("error", complain)
