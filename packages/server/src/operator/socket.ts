/**
 * Listens at the operator socket of a data folder. Whoever listens has claimed the folder before, so that a socket
 * that is there was left behind. It must not know what is served over it.
 */
import { once } from "node:events"
import { chmod, rm } from "node:fs/promises"
import { createServer } from "node:http"
import { getRequestListener } from "@hono/node-server"
import { operatorAddress, withinReach } from "./address.js"

type Listener = ReturnType<typeof getRequestListener>

export interface OperatorSocket {
  /** Begins to answer. What was asked before this waited. */
  serve(app: { fetch(request: Request): Response | Promise<Response> }): void
  /** Stops; requests that are under way are cut off. */
  close(): Promise<void>
}

/** Opens the socket, for the folder's owner only. The folder must exist and be claimed by this process. */
export async function listenForOperator(dataFolder: string): Promise<OperatorSocket> {
  const address = operatorAddress(dataFolder)
  const isFile = process.platform !== "win32"
  let serve!: (listener: Listener) => void
  const served = new Promise<Listener>((resolve) => (serve = resolve))
  const server = createServer((request, response) => {
    void served.then((listener) => listener(request, response))
  })

  if (isFile) await rm(address, { force: true })
  await withinReach(address, async (path) => {
    server.listen(path)
    await once(server, "listening")
  })
  if (isFile) await chmod(address, 0o600)
  return {
    serve: (app) =>
      serve(getRequestListener((request) => app.fetch(request), { overrideGlobalObjects: false })),
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
      if (isFile) await rm(address, { force: true })
    },
  }
}
