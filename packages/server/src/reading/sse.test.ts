/** A stream's foot on an answer of node's HTTP server, whose reader takes nothing. */
import { once } from "node:events"
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openMeter } from "../core/meter.js"
import { batchOf } from "./outgoing.js"
import { StreamFoot } from "./sse.js"

const meter = openMeter()
const row = {
  position: 1,
  topic: "liveEvent",
  text: `"${"x".repeat(8000)}"`,
  received: 0,
  reportId: "",
} as const

let server: Server
let answer: ServerResponse
let reader: IncomingMessage
let foot: StreamFoot
beforeEach(async () => {
  server = createServer()
  await once(server.listen(0, "127.0.0.1"), "listening")
  get({ port: (server.address() as AddressInfo).port, agent: false }).once(
    "response",
    (response: IncomingMessage) => (reader = response),
  )
  const [, asked] = (await once(server, "request")) as [IncomingMessage, ServerResponse]
  answer = asked
  meter.hits.stuckAfter = 0
  foot = new StreamFoot({ epoch: "this", meter, stuckAfter: 100 })
  foot.open(answer.writeHead(200), undefined)
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Sends until the kernel takes no more, but less than counts as congested. */
async function fillTheKernel(): Promise<void> {
  for (let waiting = 0; waiting < 3; waiting = answer.writableLength > 0 ? waiting + 1 : 0) {
    if (answer.writableLength === 0) foot.send(batchOf(foot.form.prepare(row)))
    await turn()
  }
  expect(foot.congested()).toBe(false)
}

describe("A stream whose reader takes nothing of what waits for it", () => {
  it("is ended in its time, though little waits and nothing new happens", async () => {
    await fillTheKernel()
    await once(answer, "close")
    expect(meter.hits.stuckAfter).toBe(1)
  })

  it("is gone in that time when it is closed, though its end cannot be told", async () => {
    await fillTheKernel()
    foot.close()
    expect(answer.destroyed).toBe(false)
    await once(answer, "close")
    expect(meter.hits.stuckAfter).toBe(1)
  })
})

it("A stream that is quiet for longer stays: there is nothing that its reader could take", async () => {
  await once(answer, "timeout")
  foot.send(batchOf(foot.form.prepare(row)))
  foot.close()
  let text = ""
  for await (const piece of reader) text += String(piece)
  expect(text).toContain("event: liveEvent")
  expect(meter.hits.stuckAfter).toBe(0)
})
