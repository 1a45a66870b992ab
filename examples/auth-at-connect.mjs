/**
 * Hears everything, in the idiom of Socket.IO 3 and 4: the token is no part of the URL, where proxies would log it, and
 * each connect comes with a fresh one, also after a cut that outlasted the last.
 *
 *     node examples/auth-at-connect.mjs
 */
import { io } from "socket.io-client"
import tokens from "./get-system-token.cjs"

const { getSystemToken, systemId, url } = tokens
const complain = (error) => console.error(error.message)

const socket = io(url, {
  auth: (give) => {
    const cut = (error) => {
      complain(error)
      socket.io.engine.close() // The library tries again after a while.
    }
    getSystemToken().then((token) => give({ systemId, token }), cut)
  },
})
process.once("SIGINT", () => socket.close())

socket.on("connect", () => {
  // `*` is every topic, `device.alarm.*` all alarms. The acknowledgement tells what is heard and what was refused.
  socket.emit("subscribeIsolated", { topics: ["*"] }, ({ refused }) => {
    for (const { topic, message } of refused) console.error(`${topic}: ${message}`)
  })
})

socket.onAny((topic, event) => console.log(JSON.stringify({ topic, event })))

// Comes in the place of each event that met a lapsed token. What was missed follows the renewal.
socket.on("invalidToken", () => {
  getSystemToken().then((token) => socket.emit("renewedToken", { token }), complain)
})

// What will not pass by trying again has a code.
socket.on("connect_error", ({ data }) => {
  if (data?.code === undefined) return
  console.error(`${data.code}: ${data.message}`)
  process.exitCode = 1
  socket.close()
})
