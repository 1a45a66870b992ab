/** What a revoked token, and a revoked API client, may hear: nothing any more, and it is told why. PROTOCOL §23. */
import { once } from "node:events"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { listenAfter, listenRawAfter, type CursorListening } from "../support/cursors.js"
import { openEventSource } from "../support/event-source.js"
import {
  allowed,
  clientId,
  doorReport,
  openHouse,
  otherSystemId,
  requestToken,
  systemId,
  wordy,
  wordyReport,
  type House,
} from "../support/house.js"
import { clients, listenRaw, versions } from "../support/listeners.js"
import { makeClient, operate } from "../support/operator.js"
import { listenByPolling } from "../support/polling.js"
import { askEvents, pull } from "../support/pulling.js"

const opened = "device.input.dps.opened"
const topics = [opened]

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ more: wordy, options: { reminderEvery: 30 } })
  token = await house.token()
})
afterEach(() => house.close())

const revoke = (its: string, system = systemId): Promise<Response> =>
  fetch(`${house.url}/api/systems/${system}/token`, {
    method: "DELETE",
    headers: { Authorization: `Bearer ${its}` },
  })

const idOf = (its: string): string =>
  (JSON.parse(Buffer.from(its.split(".")[1]!, "base64url").toString()) as { jti: string }).jti

const codeOf = async (response: Response): Promise<unknown> => [
  response.status,
  ((await response.json()) as { code: string }).code,
]

type Way = { listener: CursorListening; gone: Promise<unknown> }

const ways: [string, (its: string) => Promise<Way>][] = [
  ...versions.flatMap((version) =>
    ["websocket", "polling"].map((transport): [string, (its: string) => Promise<Way>] => [
      `socket.io-client ${version} over ${transport}`,
      async (its) => {
        const listener = await listenAfter(house.url, its, { topics }, { version, transports: [transport] })
        return { listener, gone: listener.disconnected }
      },
    ]),
  ),
  ...["", "EIO=4&"].map((query): [string, (its: string) => Promise<Way>] => [
    `a raw WebSocket of Engine.IO ${query === "" ? 3 : 4}`,
    async (its) => {
      const listener = await listenRawAfter(house.url, `${query}token=${its}`, { topics })
      return { listener, gone: listener.closed }
    },
  ]),
]

describe.each(ways)("A listener on %s", (_, connect) => {
  it("whose token is revoked is told why, hears nothing after that, and is ended; others hear on", async () => {
    const { listener, gone } = await connect(token)
    const other = await connect(await house.token())
    const [before, after] = [doorReport(opened), doorReport(opened)]
    await house.report(before)
    await listener.heard.atLeast(1)
    expect((await revoke(token)).status).toBe(204)
    await house.report(after)
    await gone
    await other.listener.heard.atLeast(2)
    expect(listener.heard.all).toMatchObject([
      { name: opened, body: { occurred: before.occurred } },
      { name: "stream.refused", body: { topic: null, code: "token_revoked" } },
    ])
    listener.close()
    other.listener.close()
  })
})

describe("A Socket.IO client whose token is revoked", () => {
  it.each(versions)("of version %s does not come back by itself", async (version) => {
    const socket = clients[version](`${house.url}?token=${token}`, { forceNew: true, reconnectionDelay: 1 })
    await new Promise<void>((resolve) => socket.on("connect", resolve))
    const gone = new Promise((resolve) => socket.on("disconnect", resolve))
    await revoke(token)
    expect(await gone).toBe("io server disconnect")
    // As long as somebody else takes to come and be served.
    const other = await listenRaw(house.url, `token=${await house.token()}`)
    expect(socket.connected).toBe(false)
    other.close()
    socket.close()
  })
})

describe("A revoked token", () => {
  it("is refused everywhere: over HTTP, at the handshake, for streams, and to be revoked again", async () => {
    await revoke(token)
    const headers = { Authorization: `Bearer ${token}` }
    const paths = [`/${systemId}/holders`, `/${systemId}/stream?topics=*`, `/${systemId}/events?topics=*`]
    for (const path of paths)
      expect(await codeOf(await fetch(house.url + path, { headers }))).toEqual([401, "token_revoked"])
    const report = house.post(`/${systemId}/cloud-nodes/any/reports`, JSON.stringify(allowed()), token)
    expect(await codeOf(await report)).toEqual([401, "token_revoked"])
    expect(await codeOf(await revoke(token))).toEqual([401, "token_revoked"])
    const raw = await listenRaw(house.url, `token=${token}`)
    await raw.closed
    expect(raw.frames.all.join()).toContain("token_revoked")
  })

  it("is good for no renewal, and what listens with another one hears on", async () => {
    const listener = await listenRawAfter(house.url, `token=${await house.token()}`, { topics })
    await revoke(token)
    listener.renew(token)
    await listener.heard.atLeast(1)
    await house.report(doorReport(opened))
    await listener.heard.atLeast(2)
    expect(listener.heard.all).toMatchObject([
      { name: "invalidToken", body: { reason: "token_revoked" } },
      { name: opened },
    ])
    listener.close()
  })

  it("ends no connection that has renewed it, and the one that renewed to it", async () => {
    const newer = await house.token()
    const renewed = await listenRawAfter(house.url, `token=${token}`, { topics })
    renewed.renew(newer)
    await renewed.ask("subscribeIsolated", { topics })
    await revoke(token)
    await house.report(doorReport(opened))
    await renewed.heard.atLeast(1)
    await revoke(newer)
    await renewed.closed
    expect(renewed.heard.all.map(({ name }) => name)).toEqual([opened, "stream.refused"])
  })

  it("that has expired opens nothing any more, though another one would", async () => {
    house.advance(400_000)
    const listener = await listenRawAfter(house.url, `token=${token}`, { topics })
    expect((await revoke(token)).status).toBe(204)
    await listener.closed
    const { name, body } = listener.heard.all.at(-1)!
    expect([name, body["code"]]).toEqual(["stream.refused", "token_revoked"])
  })

  it("is revoked by whoever has it for its own system alone, and by nothing else", async () => {
    expect(await codeOf(await revoke(token, otherSystemId))).toEqual([403, "system_mismatch"])
    expect(await codeOf(await revoke(token.slice(0, -9)))).toEqual([401, "token_malformed"])
    expect(
      (await fetch(`${house.url}/${systemId}/holders`, { headers: { Authorization: `Bearer ${token}` } }))
        .status,
    ).toBe(200)
  })

  it("stays revoked after a restart, and is told in the audit by its id, never by itself", async () => {
    await revoke(token)
    const second = await house.token()
    expect(await operate(house, "DELETE", `/tokens/${idOf(second)}`)).toEqual({
      status: 200,
      body: { id: idOf(second) },
    })
    await house.restart()
    for (const its of [token, second])
      expect((await pull(house.url, its, { topics: opened })).status).toBe(401)
    const { body } = await operate<object[]>(house, "GET", "/audit?what=token")
    expect(body).toMatchObject({
      records: [
        { by: { id: "operator" }, deeds: [{ what: "token.revoked", id: idOf(second) }] },
        { by: { id: clientId }, system: systemId, deeds: [{ what: "token.revoked", id: idOf(token) }] },
      ],
    })
    expect(JSON.stringify([body, house.told])).not.toContain(token)
  })

  it("ends a stream, which EventSource comes back to once and then gives up", async () => {
    const source = openEventSource(`${house.url}/${systemId}/stream?topics=${opened}&token=${token}`)
    await source.opened.atLeast(1)
    await house.report(doorReport(opened))
    await source.heard.atLeast(1)
    await revoke(token)
    expect(await source.over).toBe(401)
    expect(source.heard.all.map(({ event, data }) => [event, (data as { code?: string }).code])).toEqual([
      [opened, undefined],
      ["stream.refused", "token_revoked"],
    ])
  })

  it("ends a request that waits", async () => {
    const { cursor } = await pull(house.url, token, { topics: opened })
    const waiting = askEvents(house.url, token, { topics: opened, after: cursor, wait: 60 })
    while ((await operate<object[]>(house, "GET", "/listeners")).body.length === 0);
    await revoke(token)
    expect(await codeOf(await waiting)).toEqual([401, "token_revoked"])
  })

  it("keeps back what waits for a poll; the poll has why instead", async () => {
    const polling = await listenByPolling(house.url, token, topics)
    await house.report(doorReport(opened))
    await revoke(token)
    const packets = await polling.poll()
    expect(packets.map((packet) => packet.slice(0, 20))).toEqual(['42["stream.refused",', "41"])
  })

  it("cuts a connection that does not take why it is ended", async () => {
    const raw = await listenRaw(house.url, `token=${token}`)
    raw.socket.pause()
    const polling = await listenByPolling(house.url, token, topics)
    await revoke(token)
    while ((await operate<object[]>(house, "GET", "/connections")).body.length > 0);
    await expect(polling.poll()).rejects.toThrow("400")
    raw.close()
  })

  it("ends a replay: a listener that is behind gets nothing more of it", async () => {
    const raw = await listenRaw(house.url, `token=${token}`)
    raw.send(`421["subscribeIsolated",{"topics":["${opened}"]}]`)
    await raw.frames.until((all) => all.some((frame) => frame.startsWith("431")))
    raw.socket.pause()
    for (let times = 0; times < 3; times += 1) await house.report(Array.from({ length: 1000 }, wordyReport))
    while ((await operate<{ at: string }[]>(house, "GET", "/listeners")).body[0]!.at !== "behind");
    await revoke(token)
    const ended = raw.closed
    raw.socket.resume()
    await ended
    expect(raw.frames.all.length).toBeLessThan(3000)
    expect((await operate<object[]>(house, "GET", "/connections")).body).toEqual([])
  })
})

describe("An API client", () => {
  it("that may listen no more is told so on each of its connections, and no other is", async () => {
    const { id, secret } = await makeClient(house, [systemId], "listen", "report")
    const its = await requestToken(house.url, systemId, id, secret)
    const listener = await listenRawAfter(house.url, `token=${its}`, { topics })
    await operate(house, "PATCH", `/clients/${id}`, { scopes: ["report"] })
    await listener.closed
    expect(listener.heard.all).toMatchObject([{ name: "stream.refused", body: { code: "scope_missing" } }])
  })

  it("that is revoked between its handshake and its CONNECT is refused there", async () => {
    const { id, secret } = await makeClient(house, [systemId], "listen")
    const its = await requestToken(house.url, systemId, id, secret)
    const raw = await listenRaw(house.url, `EIO=4&token=${its}`)
    await operate(house, "DELETE", `/clients/${id}`)
    raw.send("40")
    await once(raw.socket, "close")
    expect(raw.frames.all.at(-1)).toContain("client_revoked")
    expect(raw.frames.all.at(-1)!.startsWith("44")).toBe(true)
  })
})
