/** A network between a listener and the server that the test cuts, or that swallows what the server says. */
import { once } from "node:events"
import { connect, createServer, type AddressInfo, type Socket } from "node:net"

export interface Network {
  readonly url: string
  /** Ends every connection, without a word to either side. */
  cut(): void
  /** From now on, what the server says on the connections that are there is on its way, and never comes. */
  swallow(): void
  close(): Promise<void>
}

export async function openNetwork(to: string): Promise<Network> {
  const sockets = new Set<Socket>()
  const far = new Set<Socket>()
  const server = createServer((near) => {
    const there = connect(Number(new URL(to).port), "127.0.0.1")
    far.add(there)
    for (const socket of [near, there]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on("error", () => socket.destroy())
      socket.on("close", () => {
        sockets.delete(socket)
        near.destroy()
        there.destroy()
      })
    }
    near.on("data", (data) => there.write(data))
    there.on("data", (data) => far.has(there) && near.write(data))
  })
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  await once(server.listen(0, "127.0.0.1"), "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    swallow: () => far.clear(),
    close: async () => {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
