/**
 * A plain Socket.IO server for comparison: what is posted is emitted to a room, nothing is kept; unless it is told
 * `recovering`, then Socket.IO's connection state recovery is on.
 */
import { randomUUID } from "node:crypto"
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { json } from "node:stream/consumers"
import { demoBuilding } from "@doorstream/simulator"
import { Server } from "socket.io"
import { serveParent } from "../child.js"

interface Posted {
  readonly topic: string
  readonly occurred: number
  readonly body: { readonly deviceId: string }
}

const { cloudNode, devices } = demoBuilding
const device = devices[0]!

/** The event that Doorstream makes of the same report. */
const eventOf = ({ topic, occurred, body }: Posted) => ({
  id: randomUUID(),
  topic,
  body: {
    ...body,
    device: { id: device.id, name: device.name, connection: device.connectionId, port: device.port },
  },
  cloudNode: { id: cloudNode.id, serialNumber: cloudNode.serialNumber, name: cloudNode.name },
  occurred,
})

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const posted = [await json(request)].flat() as Posted[]
  for (const report of posted) io.to(report.topic).emit(report.topic, eventOf(report))
  response.end("{}")
}
const server = createServer((request, response) => void answer(request, response))
const recovery = { maxDisconnectionDuration: 120_000 }
const io = new Server(server, {
  allowEIO3: true,
  serveClient: false,
  pingInterval: 600_000,
  ...(process.argv.includes("recovering") ? { connectionStateRecovery: recovery } : {}),
})
io.on("connection", (socket) => {
  socket.on("subscribeIsolated", async ({ topics }: { topics: string[] }, acknowledge: () => void) => {
    await socket.join(topics)
    acknowledge()
  })
})
server.listen(0, "127.0.0.1")
await once(server, "listening")
serveParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
  await io.close()
})
