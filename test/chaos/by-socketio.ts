/** Listeners under the hostile network that use the Socket.IO clients, which come back by themselves. */
import { systemId } from "../support/house.js"
import { clients, type Version } from "../support/listeners.js"
import { Ear, type Calling, type Event, type Listener } from "./listener.js"

/** Control events and refusals that this crowd must never be told of. */
const unwelcome = ["stream.gap", "stream.refused"]

/** How a Socket.IO client listens. */
export function listenBySocketIo(
  calling: Calling,
  version: Version,
  transports: readonly string[],
): Listener {
  const ear = new Ear(calling)
  const { url, tokens, keeps, name } = calling
  const named = keeps === "name" ? `&listener=${name}` : ""
  const socket = clients[version](`${url}?systemId=${systemId}&token=${tokens.last()}${named}`, {
    forceNew: true,
    transports,
    reconnectionDelay: calling.away(),
    reconnectionDelayMax: 500,
    timeout: 10_000,
  })
  socket.on("connect", () => {
    ear.connect()
    socket.emit("subscribeIsolated", ear.subscription, (acknowledged: object) => ear.begin(acknowledged))
  })
  const renew = async (): Promise<void> => {
    const token = await tokens.fresh()
    if (socket.connected) socket.emit("renewedToken", { token })
  }
  socket.on("invalidToken", () => void renew())
  for (const topic of calling.topics)
    socket.on(topic, (event: Event, more?: { cursor?: string }) => ear.hear(topic, event, more?.cursor))
  socket.on("stream.position", (position: { cursor: string }) => ear.hearPosition(position))
  for (const each of unwelcome)
    socket.on(each, (said: object) => ear.trouble(`${each} ${JSON.stringify(said)}`))
  for (const each of ["connect_error", "error"])
    socket.on(each, (error: Error & { data?: object; code?: string }) => {
      if (error.data !== undefined || error.code !== undefined)
        ear.trouble(`${each} ${JSON.stringify(error)}`)
    })
  return { kind: `Socket.IO ${version} ${transports.join("+")}`, ear, close: () => void socket.close() }
}
