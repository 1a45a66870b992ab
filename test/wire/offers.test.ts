/** Requests that offer to go over to another protocol than WebSocket are answered as the plain requests they are. */
import { once } from "node:events"
import { connect, type Socket } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { openHouse, systemId, type House } from "../support/house.js"

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

const offer = [
  "Connection: Upgrade, HTTP2-Settings",
  "Upgrade: h2c",
  "HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk",
]

/** What is answered to a request as it stands, on a connection of its own. */
async function answerTo(lines: readonly string[], ...parts: string[]): Promise<string> {
  const { hostname, port, host } = new URL(house.url)
  const socket = connect(Number(port), hostname)
  await once(socket, "connect")
  socket.write([lines[0], `Host: ${host}`, ...lines.slice(1), ...offer, "", parts[0] ?? ""].join("\r\n"))
  const answered = endOfJson(socket)
  for (const part of parts.slice(1)) {
    await new Promise((resolve) => setImmediate(resolve))
    socket.write(part)
  }
  return answered.finally(() => socket.destroy())
}

/** All that comes until a JSON object has ended. The client's side stays open, as Java's does. */
async function endOfJson(socket: Socket): Promise<string> {
  let text = ""
  for await (const data of socket) {
    text += String(data)
    if (text.endsWith("}")) break
  }
  return text
}

describe("A request with Upgrade: h2c, as Java's client sends it", () => {
  it("is answered when it reads", async () => {
    expect(await answerTo(["GET /health HTTP/1.1"])).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*"live"/)
  })

  it("is answered when it posts, its body in one piece with it or in pieces after it", async () => {
    const token = await house.token()
    const head = (length: number) => [
      `POST /${systemId}/cloud-nodes/nowhere/reports HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      `Content-Length: ${length}`,
    ]
    expect(await answerTo(head(2), "[]")).toContain("cloud_node_unknown")
    expect(await answerTo(head(4), "[ ", " ", "]")).toContain("cloud_node_unknown")
    expect(await answerTo(head(2), "[x")).toContain("json_malformed")
  })

  it("is answered when it comes again on the same connection, which ends after that", async () => {
    const { hostname, port, host } = new URL(house.url)
    const socket = connect(Number(port), hostname)
    await once(socket, "connect")
    const ask = (): void =>
      void socket.write(["GET /health HTTP/1.1", `Host: ${host}`, ...offer, "", ""].join("\r\n"))
    ask()
    let text = ""
    for await (const data of socket) {
      const isFirst = text === ""
      text += String(data)
      if (isFirst) ask()
    }
    expect(text.split('{"status":"live"}')).toHaveLength(3)
  })
})
