/** Refusals in plain HTTP, for what is refused before any app or gateway sees it. */
import type { ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { refusals, refuse, type RefusalCode } from "@doorstream/contract"

/** Seconds after which a client may try again what will pass. */
const retryAfter = 2

function answerOf(code: RefusalCode) {
  const { status } = refusals[code]
  const headers = {
    "Content-Type": "application/json",
    ...(status === 503 ? { "Retry-After": String(retryAfter) } : {}),
    Connection: "close",
  }
  return { status, body: JSON.stringify(refuse(code)), headers }
}

export function refuseRequest(response: ServerResponse, code: RefusalCode): void {
  const { status, body, headers } = answerOf(code)
  response.writeHead(status, headers).end(body)
}

export function refuseUpgrade(socket: Duplex, code: RefusalCode): void {
  const { status, body, headers } = answerOf(code)
  const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body) })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  socket.on("error", () => socket.destroy())
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`)
}
