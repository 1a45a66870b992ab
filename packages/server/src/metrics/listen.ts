/** Answers `GET /metrics` on a port of its own, for this machine only. It must not know what is measured. */
import { once } from "node:events"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import type { Metrics } from "./metrics.js"

export interface MetricsPort {
  readonly port: number
  close(): Promise<void>
}

const host = "127.0.0.1"

/**
 * @param port 0 takes a free one
 * @param failed hears what reading the metrics failed with
 */
export async function listenForMetrics(
  metrics: Metrics,
  port: number,
  failed: (error: unknown) => void,
): Promise<MetricsPort> {
  const answer = async ({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (url !== "/metrics" || (method !== "GET" && method !== "HEAD")) {
      response.writeHead(404).end()
      return
    }
    const text = await metrics.text()
    response.writeHead(200, { "Content-Type": metrics.contentType }).end(text)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      failed(error)
      response.writeHead(500).end()
    })
  })
  server.listen(port, host)
  await once(server, "listening")
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await once(server, "close")
    },
  }
}
