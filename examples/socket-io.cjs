/**
 * Hears who asks to come in, with socket.io-client 2.5, 3.1 or 4.8: the calls are the same.
 *
 *     node examples/socket-io.cjs [socket.io-client | socket.io-client-3 | socket.io-client-2] [transports]
 *
 * The transports are `websocket`, `polling`, or both with a comma between, the first one first.
 */
const { getSystemToken, systemId, url } = require("./get-system-token.cjs")

const [library = "socket.io-client", transports] = process.argv.slice(2)
const io = require(library)

const topics = ["device.request.allowed", "device.request.denied", "device.request.unknown"]
const print = (topic, event) => console.log(JSON.stringify({ topic, event }))

async function listen() {
  const systemToken = await getSystemToken()
  const socket = io(
    `${url.replace(/^http/, "ws")}?systemId=${systemId}&token=${systemToken}`,
    transports && { transports: transports.split(",") },
  )
  process.once("SIGINT", () => socket.close())

  // Also after a reconnect, because a new connection has no subscriptions. It comes with the token of the beginning; if
  // that has lapsed meanwhile, the server lets it in all the same and asks for a new one below.
  socket.on("connect", () => socket.emit("subscribeIsolated", { topics }))

  for (const topic of topics) socket.on(topic, (event) => print(topic, event))

  // Comes in the place of each event that met a lapsed token. What was missed follows the renewal.
  socket.on("invalidToken", async (event) => {
    print("invalidToken", event)
    try {
      socket.emit("renewedToken", { token: await getSystemToken() })
    } catch (error) {
      console.error(`The next invalidToken is another chance: ${error.message}`)
    }
  })

  // What will not pass by trying again has a code: it comes as connect_error, in version 2 as error.
  const end = (refusal) => {
    if (refusal?.code === undefined) return
    console.error(`${refusal.code}: ${refusal.message}`)
    process.exitCode = 1
    socket.close()
  }
  socket.on("connect_error", (error) => end(error.data))
  socket.on("error", end)
}

listen().catch((error) => {
  console.error(error.message)
  process.exitCode = 1
})
