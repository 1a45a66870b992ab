/** A token's expiry, told ahead of time to those who ask for it, on every way of listening. PROTOCOL §23. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { listenAfter, listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import { openEventSource } from "../support/event-source.js"
import { doorReport, openHouse, systemId, type House } from "../support/house.js"
import { versions } from "../support/listeners.js"

const expiring = "stream.token.expiring"
const opened = "device.input.dps.opened"
const life = 60_000

let house: House
beforeAll(async () => (house = await openHouse({ systemTokenLifetime: life / 1000 })))
afterAll(() => house.close())

type Connect = (asking: Asking & { readonly ahead?: unknown }, token?: string) => Promise<CursorListening>

const ways: [string, Connect][] = [
  ...versions.flatMap((version) =>
    ["websocket", "polling"].map((transport): [string, Connect] => [
      `socket.io-client ${version} over ${transport}`,
      async (asking, token) =>
        listenAfter(house.url, token ?? (await house.token()), asking, { version, transports: [transport] }),
    ]),
  ),
  ...["", "EIO=4&"].map((query): [string, Connect] => [
    `a raw WebSocket of Engine.IO ${query === "" ? 3 : 4}`,
    async (asking, token) =>
      listenRawAfter(house.url, `${query}token=${token ?? (await house.token())}`, asking),
  ]),
]

const expiryOf = (token: string): number =>
  (JSON.parse(Buffer.from(token.split(".")[1]!, "base64url").toString()) as { exp: number }).exp * 1000

const toldIn = ({ heard }: CursorListening): unknown[] =>
  heard.all.filter(({ name }) => name === expiring).map(({ body }) => body["expiresAt"])

/** Resolves once everything was said that was to be said before this. */
async function settled(listener: CursorListening): Promise<void> {
  const report = doorReport(opened)
  await house.report(report)
  await listener.heard.until((all) => all.some(({ body }) => body["occurred"] === report.occurred))
}

describe.each(ways)("A listener on %s", (_, connect) => {
  it("is told once that its token expires, as long ahead as it asks, and again after a renewal", async () => {
    const [first, second] = [await house.token(), await house.token()]
    const listener = await connect({ topics: [expiring, opened], ahead: 10_000 }, first)
    expect(listener.answer).toMatchObject({ topics: [opened, expiring], refused: [] })
    house.advance(life - 15_000)
    await settled(listener)
    expect(toldIn(listener)).toEqual([])
    house.advance(5500)
    await listener.heard.until(() => toldIn(listener).length === 1)
    const third = await house.token()
    listener.renew(third)
    house.advance(life - 15_000)
    await settled(listener)
    expect(toldIn(listener)).toEqual([expiryOf(first)])
    house.advance(5500)
    await listener.heard.until(() => toldIn(listener).length === 2)
    expect(toldIn(listener)).toEqual([expiryOf(first), expiryOf(third)])
    expect(expiryOf(second)).toBeLessThanOrEqual(expiryOf(third))
    listener.close()
  })
})

describe("A listener", () => {
  const connect = ways.at(-1)![1]

  it("is told at once where its token expires within that, but not right after a renewal", async () => {
    const token = await house.token()
    const listener = await connect({ topics: [expiring, opened], ahead: 3_600_000 }, token)
    await listener.heard.atLeast(1)
    await listener.ask("subscribeIsolated", { topics: [expiring], ahead: 3_600_000 })
    listener.renew(token)
    house.advance(life - 5000)
    await settled(listener)
    expect(toldIn(listener)).toEqual([expiryOf(token)])
    listener.renew(await house.token())
    await settled(listener)
    expect(toldIn(listener)).toHaveLength(1)
    house.advance(life / 2 + 1000)
    await listener.heard.until(() => toldIn(listener).length === 2)
    listener.close()
  })

  it("that does not say how long ahead is told so a fifth of a token's life ahead", async () => {
    const listener = await connect({ topics: [expiring, opened] })
    house.advance(life - 15_000)
    await settled(listener)
    expect(toldIn(listener)).toEqual([])
    house.advance(4000)
    await listener.heard.until(() => toldIn(listener).length === 1)
    listener.close()
  })

  it("on probation hears that its token is invalid, and nothing of its expiry; once it has renewed, it does", async () => {
    const old = await house.token()
    house.advance(life)
    const listener = await connect({ topics: [expiring, opened], ahead: 3_600_000 }, old)
    await listener.heard.until((all) => all.some(({ name }) => name === "invalidToken"))
    listener.renew(await house.token())
    await settled(listener)
    expect(toldIn(listener)).toEqual([])
    house.advance(life / 2 + 1000)
    await listener.heard.until(() => toldIn(listener).length === 1)
    listener.close()
  })

  it.each([99, 3_600_001, 1.5, "soon", {}])(
    "is refused to be told %s ahead, and hears the rest",
    async (ahead) => {
      const listener = await connect({ topics: [expiring, opened], ahead })
      expect(listener.answer.topics).toEqual([opened])
      expect(listener.answer.refused).toMatchObject([{ topic: expiring, code: "ahead_invalid" }])
      listener.close()
    },
  )

  it("hears it no more once it has unsubscribed", async () => {
    const listener = await connect({ topics: [expiring, opened], ahead: 10_000 })
    await listener.ask("unsubscribeIsolated", { topics: [expiring] })
    house.advance(life - 5000)
    await settled(listener)
    expect(toldIn(listener)).toEqual([])
    listener.close()
  })
})

describe("A stream of server-sent events", () => {
  const read = async (query: string) => {
    const token = await house.token()
    const source = openEventSource(`${house.url}/${systemId}/stream?${query}&token=${token}`)
    return { source, token }
  }

  it("says once that its token expires, so that whoever reads it opens another", async () => {
    const { source, token } = await read(`topics=${expiring},${opened}&ahead=10000`)
    await source.opened.atLeast(1)
    house.advance(life - 9000)
    await source.heard.atLeast(1)
    expect(source.heard.all).toMatchObject([{ event: expiring, data: { expiresAt: expiryOf(token) } }])
    source.close()
  })

  it("is refused where it asks to be told too far ahead", async () => {
    const { source } = await read(`topics=${expiring}&ahead=1`)
    expect(await source.over).toBe(422)
  })
})
