/** Refusals in plain HTTP, for what is refused before any app or gateway sees it. */
import type { ServerResponse } from "node:http"
import type { Duplex } from "node:stream"
import { refusals, refuse, type RefusalCode } from "@doorstream/contract"
import { eventStreamHeaders, refusedStream, takesEventStream } from "../listening/event-stream.js"

/** A refusal; `retryAfter`, in seconds, of what will pass. */
export interface Objection {
  readonly code: RefusalCode
  readonly retryAfter?: number
}

function answerOf({ code, retryAfter }: Objection) {
  const { status } = refusals[code]
  const headers = {
    "Content-Type": "application/json",
    ...(retryAfter === undefined ? {} : { "Retry-After": String(retryAfter) }),
    Connection: "close",
  }
  return { status, body: JSON.stringify(refuse(code)), headers }
}

export function refuseRequest(response: ServerResponse, objection: Objection): void {
  const { code, retryAfter } = objection
  if (
    response.req.method === "GET" &&
    retryAfter !== undefined &&
    takesEventStream(response.req.headers.accept)
  ) {
    response.writeHead(200, { ...eventStreamHeaders, Connection: "close" })
    return void response.end(refusedStream({ code, retryAfter }))
  }
  const { status, body, headers } = answerOf(objection)
  response.writeHead(status, headers).end(body)
}

export function refuseUpgrade(socket: Duplex, objection: Objection): void {
  const { status, body, headers } = answerOf(objection)
  const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body) })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")
  socket.end(`HTTP/1.1 ${status} Refused\r\n${head}\r\n${body}`)
}
