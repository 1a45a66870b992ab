/**
 * Lets a request that offers to go over to another protocol, such as Java's and curl's `Upgrade: h2c`, go on as the
 * plain request that it is (RFC 9110 §7.8 leaves the choice to the server). Node hands every such request to whoever
 * listens for upgrades, and has stopped reading its body by then.
 */
import type { IncomingMessage, Server } from "node:http"
import type { Duplex } from "node:stream"

/** The headers of an offer, which are not passed on. */
const offers = new Set(["upgrade", "connection", "http2-settings"])

export const isWebSocketUpgrade = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade?.toLowerCase() === "websocket"

/** Connections on which an offer was made. Another one is the last request: each is given back with new listeners. */
const offered = new WeakSet<Duplex>()

function headOf({ method, url, rawHeaders }: IncomingMessage, isLast: boolean): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let at = 0; at < rawHeaders.length; at += 2)
    if (!offers.has(rawHeaders[at]!.toLowerCase())) lines.push(`${rawHeaders[at]}: ${rawHeaders[at + 1]}`)
  if (isLast) lines.push("Connection: close")
  return [...lines, "", ""].join("\r\n")
}

/** Gives the connection back to the server, the request without its offer first. */
export function ignoreUpgrade(server: Server, request: IncomingMessage, socket: Duplex, head: Buffer): void {
  const isLast = offered.has(socket)
  offered.add(socket)
  socket.unshift(Buffer.concat([Buffer.from(headOf(request, isLast), "latin1"), head]))
  server.emit("encrypted" in socket ? "secureConnection" : "connection", socket)
}
