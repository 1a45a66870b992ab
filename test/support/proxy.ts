/** A proxy as people put one in front of a server: it passes on requests and WebSockets, and says for whom. */
import { once } from "node:events"
import { createServer, request, type IncomingMessage, type RequestOptions } from "node:http"
import type { AddressInfo } from "node:net"

export interface Proxy {
  readonly url: string
  close(): Promise<unknown>
}

/** A request as it goes on, by way of one of our own addresses. */
function onwards(near: IncomingMessage, to: URL, localAddress: string): RequestOptions {
  const hops = [near.headers["x-forwarded-for"], near.socket.remoteAddress].filter((hop) => hop !== undefined)
  return {
    host: to.hostname,
    port: to.port,
    localAddress,
    method: near.method,
    path: near.url,
    agent: false,
    headers: { ...near.headers, "x-forwarded-for": hops.join(", ") },
  }
}

function passOnUpgrade(near: IncomingMessage, options: RequestOptions): void {
  const far = request(options)
  const answer = (head: IncomingMessage): void => {
    const lines = head.rawHeaders.map((each, at) => (at % 2 === 0 ? `${each}: ` : `${each}\r\n`))
    near.socket.write(`HTTP/1.1 ${head.statusCode} Passed on\r\n${lines.join("")}\r\n`)
  }
  far.on("response", (response: IncomingMessage) => {
    answer(response)
    response.pipe(near.socket)
  })
  far.on("upgrade", (response: IncomingMessage, socket, first) => {
    answer(response)
    near.socket.write(first)
    near.socket.on("error", () => socket.destroy()).pipe(socket)
    socket.on("error", () => near.socket.destroy()).pipe(near.socket)
  })
  far.on("error", () => near.socket.destroy())
  far.end()
}

/** @param localAddress the loopback address from which it speaks to the server */
export async function openProxy(to: string, localAddress: string): Promise<Proxy> {
  const server = createServer((near, answer) => {
    const far = request(onwards(near, new URL(to), localAddress), (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      response.pipe(answer)
    })
    far.on("error", () => answer.destroy())
    near.pipe(far)
  })
  server.on("upgrade", (near: IncomingMessage) =>
    passOnUpgrade(near, onwards(near, new URL(to), localAddress)),
  )
  await once(server.listen(0, "127.0.0.1"), "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
