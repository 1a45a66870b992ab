/** A peer that never answers when its WebSocket is closed, as some libraries do not, is not waited for. PROTOCOL §10. */
import { once } from "node:events"
import { request } from "node:http"
import type { Socket } from "node:net"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorReport, openHouse, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"

const opened = "device.input.dps.opened"

let house: House
// Much longer than such a peer may take: that is all that ends it in time.
beforeEach(async () => (house = await openHouse({ options: { drainWithin: 120_000 } })))
afterEach(() => house.close())

/** A WebSocket by hand, which says what it must and answers nothing. */
async function connectByHand(token: string): Promise<Socket> {
  const upgrading = request(`${house.url}/socket.io/?transport=websocket&token=${token}`, {
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": 13,
      "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    },
  })
  upgrading.end()
  const [, socket, head] = (await once(upgrading, "upgrade")) as [unknown, Socket, Buffer]
  socket.unshift(head)
  return socket
}

/** A text frame whose mask changes nothing. */
const frameOf = (text: string): Buffer =>
  Buffer.concat([Buffer.from([0x81, 0x80 + text.length, 0, 0, 0, 0]), Buffer.from(text)])

describe("A WebSocket whose peer does not answer its close", () => {
  it("is ended soon all the same, and the peer has had everything by then", { timeout: 20_000 }, async () => {
    const socket = await connectByHand(await house.token())
    const pieces = new Heard<string>()
    socket.on("data", (data: Buffer) => pieces.add(data.toString("latin1")))
    const ended = once(socket, "end")
    socket.write(frameOf(`421["subscribeIsolated",{"topics":["${opened}"]}]`))
    await pieces.until((all) => all.join("").includes('431[{"topics"'))
    const reports = Array.from({ length: 1000 }, () => doorReport(opened))
    await house.report(reports)
    await house.server().close()
    await ended
    const said = pieces.all.join("")
    const times = [...said.matchAll(/"occurred":(\d+)/g)].map(([, time]) => Number(time))
    expect(times).toEqual(reports.map(({ occurred }) => occurred))
    // The close frame, with no more than that.
    expect(said.endsWith("\x88\x00")).toBe(true)
  })
})
