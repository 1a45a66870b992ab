/**
 * Passes requests on to a server, and ends each stream of its answers after what comes first: a fuzzer reads every answer
 * to its end, and a stream has none.
 */
import { once } from "node:events"
import { createServer, request, type IncomingMessage } from "node:http"
import type { AddressInfo } from "node:net"

export interface StreamEnder {
  readonly url: string
  /** How many streams were begun and ended. */
  readonly ended: () => number
  close(): Promise<unknown>
}

const isStream = ({ headers }: IncomingMessage): boolean =>
  headers["content-type"]?.startsWith("text/event-stream") === true

export async function openStreamEnder(to: string): Promise<StreamEnder> {
  const { hostname: host, port } = new URL(to)
  let ended = 0
  const server = createServer((near, answer) => {
    const { method, url: path, headers } = near
    const far = request({ host, port, method, path, headers, agent: false }, (response) => {
      answer.writeHead(response.statusCode!, response.headers)
      if (!isStream(response)) return void response.pipe(answer)
      ended += 1
      response.once("data", (piece: Buffer) => {
        answer.end(piece)
        far.destroy()
      })
      response.once("end", () => answer.end())
    })
    far.on("error", () => answer.destroy())
    near.pipe(far)
  })
  await once(server.listen(0, "127.0.0.1"), "listening")
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ended: () => ended,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}
