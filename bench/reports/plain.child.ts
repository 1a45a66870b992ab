/** For the benchmark of reports: the least that durable can mean. What is posted is put at a file's end and synced. */
import { once } from "node:events"
import { mkdtemp, open, rm } from "node:fs/promises"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { buffer } from "node:stream/consumers"
import { serveParent } from "../child.js"

const folder = await mkdtemp(join(tmpdir(), "doorstream-bench-"))
const file = await open(join(folder, "log"), "a")

const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
  await file.appendFile(await buffer(request))
  await file.datasync()
  response.end("{}")
}
const server = createServer((request, response) => void answer(request, response))
server.listen(0, "127.0.0.1")
await once(server, "listening")
serveParent(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, async () => {
  server.closeAllConnections()
  await file.close()
  await rm(folder, { recursive: true })
})
