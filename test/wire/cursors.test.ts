/** Cursors on Socket.IO of every version and on raw WebSockets: reading on after a cut. PROTOCOL §20. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { listenAfter, listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import { allowed, doorReport, openHouse, systemId, type House } from "../support/house.js"
import { versions } from "../support/listeners.js"

const opened = "device.input.dps.opened"
const denied = "device.input.rex.on"
const topics = [opened, "device.request.allowed"]

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

type Connect = (asking: Asking) => Promise<CursorListening>

const ways: [string, Connect][] = [
  ...versions.flatMap((version) =>
    [["websocket"], ["polling"]].map((transports): [string, Connect] => [
      `socket.io-client ${version} over ${transports[0]}`,
      async (asking) => listenAfter(house.url, await house.token(), asking, { version, transports }),
    ]),
  ),
  ...["", "EIO=4&"].map((query): [string, Connect] => [
    `a raw WebSocket of Engine.IO ${query === "" ? 3 : 4}`,
    async (asking) => listenRawAfter(house.url, `${query}token=${await house.token()}`, asking),
  ]),
]

/** When what was heard had occurred, which tells the reports of the tests apart. */
const occurredIn = (listener: CursorListening): unknown[] =>
  listener.heard.all.map(({ body }) => body["occurred"])

describe.each(ways)("A listener with cursors on %s", (_, connect) => {
  it("reads on after the cursor that it heard last, with nothing lost and nothing twice", async () => {
    const before = await connect({ topics, cursors: true })
    const reports = Array.from({ length: 8 }, () => doorReport(opened))
    await house.report(reports.slice(0, 2))
    const [, { cursor } = {}] = await before.heard.atLeast(2)
    before.close()
    await house.report(reports.slice(2, 5))
    const after = await connect({ topics, cursors: true, after: cursor })
    expect(after.answer).toMatchObject({ topics, refused: [], cursor })
    await house.report(reports.slice(5))
    await after.heard.atLeast(6)
    expect(occurredIn(after)).toEqual(reports.slice(2).map(({ occurred }) => occurred))
    after.close()
  })

  it("hears stream.position as often as it asks", async () => {
    const listener = await connect({ topics: [opened, "stream.position"], every: 100 })
    expect(listener.answer).toMatchObject({ topics: [opened, "stream.position"], refused: [] })
    const [, second] = await listener.heard.atLeast(2)
    expect(second).toMatchObject({ name: "stream.position", body: { cursor: listener.answer.cursor } })
    expect(second!.body["time"]).toEqual(expect.any(Number))
    listener.close()
  })
})

describe("A listener", () => {
  const connect = async (asking: Asking): Promise<CursorListening> =>
    listenRawAfter(house.url, `token=${await house.token()}`, asking)
  const three = async (): Promise<unknown[]> => {
    const reports = Array.from({ length: 3 }, () => doorReport(opened))
    await house.report([reports[0]!, allowed(), reports[1]!, doorReport(denied), reports[2]!])
    return reports.map(({ occurred }) => occurred)
  }

  it("that does not ask for cursors hears frames of two elements, also beside one that does", async () => {
    const plain = await connect({ topics })
    const other = await connect({ topics, cursors: true })
    await house.report([doorReport(opened), allowed()])
    await Promise.all([plain.heard.atLeast(2), other.heard.atLeast(2)])
    expect(plain.heard.all.map(({ cursor }) => cursor)).toEqual([undefined, undefined])
    expect(other.heard.all.map(({ cursor }) => cursor)).not.toContain(undefined)
    expect(other.heard.all.map(({ body }) => body)).toEqual(plain.heard.all.map(({ body }) => body))
    plain.close()
    other.close()
  })

  it("may ask for cursors later, and hears them from then on", async () => {
    const listener = await connect({ topics: [opened] })
    await house.report(doorReport(opened))
    await listener.heard.atLeast(1)
    await listener.ask("subscribeIsolated", { topics: [], cursors: true })
    await house.report(doorReport(opened))
    const heard = await listener.heard.atLeast(2)
    expect(heard.map(({ cursor }) => typeof cursor)).toEqual(["undefined", "string"])
    listener.close()
  })

  it("may begin with the last so many events of its topics", async () => {
    const occurred = await three()
    const listener = await connect({ topics: [opened], after: { last: 2 } })
    await listener.heard.atLeast(2)
    expect(occurredIn(listener)).toEqual(occurred.slice(1))
    listener.close()
  })

  it("may begin with what was received at a time or later", async () => {
    await three()
    house.advance(60_000)
    const time = Date.now() + 60_000
    const occurred = await three()
    const listener = await connect({ topics: [opened], after: { time } })
    await listener.heard.atLeast(3)
    expect(occurredIn(listener)).toEqual(occurred)
    listener.close()
  })

  it("may begin with the oldest event that is kept", async () => {
    const all = await connect({ topics: ["*"], after: "earliest" })
    const last = await connect({ topics: ["*"], after: { last: 1 } })
    const [newest] = await last.heard.atLeast(1)
    const heard = await all.heard.until((soFar) =>
      soFar.some(({ body }) => body["id"] === newest!.body["id"]),
    )
    expect(new Set(heard.map(({ body }) => body["id"])).size).toBeGreaterThan(20)
    all.close()
    last.close()
  })

  it("that says no beginning, or null, hears what is new", async () => {
    await three()
    const listener = await connect({ topics: [opened], after: null })
    const report = doorReport(opened)
    await house.report(report)
    await listener.heard.atLeast(1)
    expect(occurredIn(listener)).toEqual([report.occurred])
    listener.close()
  })

  it("says its beginning once, with its first topics; what is refused changes nothing", async () => {
    const listener = await connect({ topics: [opened], after: "nonsense" })
    expect(listener.answer).toEqual({
      topics: [],
      refused: [expect.objectContaining({ topic: null, code: "cursor_malformed" })],
    })
    const occurred = await three()
    const again = await listener.ask("subscribeIsolated", { topics: [opened], after: { last: 1 } })
    expect(again).toMatchObject({ topics: [opened], refused: [] })
    const later = await listener.ask("subscribeIsolated", { topics: ["*"], after: "earliest" })
    expect(later).toMatchObject({ topics: [opened], refused: [{ topic: null, code: "already_reading" }] })
    await listener.heard.atLeast(1)
    expect(occurredIn(listener)).toEqual(occurred.slice(2))
    listener.close()
  })

  it("has what it says while its beginning is looked for heard afterwards, in its order", async () => {
    const occurred = await three()
    const listener = await connect({ topics: [] })
    const answers = await Promise.all([
      listener.ask("subscribeIsolated", { topics: [opened], after: { last: 3 } }),
      listener.ask("subscribeIsolated", { topics: [denied] }),
      listener.ask("unsubscribeIsolated", { topics: [opened] }),
      listener.ask("subscribeIsolated", { topics: [opened], after: "earliest" }),
    ])
    expect(answers.map((answer) => answer.topics)).toEqual([[opened], [opened, denied], [denied], [denied]])
    expect(occurred.slice(0, listener.heard.all.length)).toEqual(occurredIn(listener))
    listener.close()
  })

  it("is told before the first event that its cursor is another log's, and hears all that is kept", async () => {
    const cursor = "1.another-epoch.a"
    const listener = await connect({ topics: ["*"], cursors: true, after: cursor })
    const gap = { from: 1, to: 0, count: 0, reason: "epoch" }
    expect(listener.answer).toMatchObject({ gap })
    const [first, second] = await listener.heard.atLeast(2)
    expect(first).toEqual({ name: "stream.gap", body: gap, cursor: listener.answer.cursor })
    const oldest = await connect({ topics: ["*"], after: "earliest" })
    expect((await oldest.heard.atLeast(1))[0]!.body).toEqual(second!.body)
    listener.close()
    oldest.close()
  })

  it("of one system is told of a gap where it comes with a cursor of another", async () => {
    const { answer, close } = await connect({ topics: ["*"] })
    const token = await house.token("7b0c1a52-5d0e-4f39-9d0a-2f1f4a1f9d11")
    const other = await listenRawAfter(house.url, `token=${token}`, { topics: ["*"], after: answer.cursor })
    expect(other.answer.gap).toMatchObject({ reason: "epoch" })
    close()
    other.close()
  })

  it("hears stream.position no more once it unsubscribed from it, nor where its interval is refused", async () => {
    const listener = await connect({ topics: [opened, "stream.position"], every: 100 })
    await listener.heard.atLeast(1)
    expect(await listener.ask("unsubscribeIsolated", { topics: ["stream.position"] })).toMatchObject({
      topics: [opened],
    })
    const refused = await listener.ask("subscribeIsolated", { topics: ["stream.position"], every: 99 })
    expect(refused.refused).toMatchObject([{ topic: "stream.position", code: "interval_invalid" }])
    const other = await connect({ topics: [opened, "stream.position"], every: 100 })
    const before = listener.heard.all.length
    await other.heard.atLeast(3)
    expect(listener.heard.all.length).toBe(before)
    listener.close()
    other.close()
  })

  it("reads on across a restart of the server", async () => {
    const before = await connect({ topics: [opened], cursors: true })
    const first = await three()
    const { cursor } = (await before.heard.atLeast(2))[1]!
    await house.restart()
    const second = await three()
    const after = await connect({ topics: [opened], cursors: true, after: cursor })
    await after.heard.atLeast(4)
    expect(occurredIn(after)).toEqual([...first.slice(2), ...second])
    after.close()
  })
})

describe("A listener whose token has expired", () => {
  it("that reads on from a cursor gets what it missed since then as soon as it renews", async () => {
    const token = await house.token()
    const before = await listenRawAfter(house.url, `token=${token}`, { topics: [opened] })
    before.close()
    const report = doorReport(opened)
    await house.report(report)
    house.advance(301_000)
    const listener = await listenRawAfter(house.url, `systemId=${systemId}&token=${token}`, {
      topics: [opened, "stream.position"],
      every: 100,
      after: before.answer.cursor,
    })
    expect(listener.answer).toEqual({ topics: [opened, "stream.position"], refused: [] })
    await listener.heard.atLeast(1)
    listener.renew(await house.token())
    const heard = await listener.heard.until((all) => all.some(({ name }) => name === "stream.position"))
    expect(heard.map(({ name }) => name)).toEqual(["invalidToken", opened, "stream.position"])
    expect(heard[1]!.body["occurred"]).toBe(report.occurred)
    listener.close()
  })

  it.each(["earliest", { last: 1 }, { time: 0 }, undefined])(
    "is not told where %j is, which would tell when something happens",
    async (after) => {
      const token = await house.token()
      await house.report(doorReport(opened))
      house.advance(301_000)
      const query = `systemId=${systemId}&token=${token}`
      const listener = await listenRawAfter(house.url, query, { topics: [opened], after })
      expect(listener.answer).toEqual({ topics: [opened], refused: [] })
      listener.close()
    },
  )
})
