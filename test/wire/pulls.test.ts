/** Events on request: what happened after a cursor, or what happens while it is waited. PROTOCOL §20. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { doorReport, openHouse, systemId, type House } from "../support/house.js"
import { operate } from "../support/operator.js"
import { askEvents, pull, type Answer } from "../support/pulling.js"

const opened = "device.input.dps.opened"
const closed = "device.input.dps.closed"

let house: House
let token: string
/** Where each test begins. */
let cursor: string
beforeAll(async () => {
  house = await openHouse({ systemTokenLifetime: 60 })
})
beforeEach(async () => {
  token = await house.token()
  ;({ cursor } = await pull(house.url, token, { topics: "*" }))
})
afterAll(() => house.close())

async function happen(...topics: readonly string[]): Promise<number[]> {
  const reports = topics.map((topic) => doorReport(topic))
  await house.report(reports)
  return reports.map(({ occurred }) => occurred)
}

/** Resolves when a request is at the tail of the log. */
async function untilItWaits(): Promise<void> {
  for (;;) {
    const { body } = await operate<readonly { at: string }[]>(house, "GET", "/listeners")
    if (body.length === 1 && body[0]!.at === "tail") return
  }
}

const timesIn = ({ events }: Answer): unknown[] => events.map(({ event }) => event["occurred"])

describe("A request for events", () => {
  it("is answered at once with nothing but where to begin, where it does not say after what", async () => {
    await happen(opened)
    const answer = await pull(house.url, token, { topics: opened })
    expect(answer).toEqual({ status: 200, events: [], cursor: expect.stringMatching(/^1\.[\w-]+\.\w+$/) })
    expect(answer.cursor).not.toBe(cursor)
  })

  it("is answered with what happened after a cursor, no more than asked for, and each event with its own", async () => {
    const times = await happen(opened, closed, opened, opened)
    const first = await pull(house.url, token, { topics: opened, after: cursor, limit: 2 })
    expect(timesIn(first)).toEqual([times[0], times[2]])
    expect(first.cursor).toBe(first.events[1]!.cursor)
    expect(first.events.map(({ topic }) => topic)).toEqual([opened, opened])
    const second = await pull(house.url, token, { topics: opened, after: first.cursor, limit: 2 })
    expect(timesIn(second)).toEqual([times[3]])
    const between = await pull(house.url, token, { topics: "*", after: first.events[0]!.cursor })
    expect(timesIn(between)).toEqual(times.slice(1))
  })

  it("gets on through what it does not hear", async () => {
    await happen(closed, closed)
    const { events, cursor: next } = await pull(house.url, token, { topics: opened, after: cursor })
    expect(events).toEqual([])
    expect(next).not.toBe(cursor)
    expect(await pull(house.url, token, { topics: "*", after: next })).toMatchObject({ events: [] })
  })

  it("names the address of the next one, without a token in it", async () => {
    const times = await happen(opened, opened)
    const first = await askEvents(house.url, token, { topics: opened, after: cursor, limit: 1, token })
    const [, next] = /^<([^>]+)>; rel="next"$/.exec(first.headers.get("link") ?? "") ?? []
    expect(next).not.toContain("token")
    const second = await fetch(next!, { headers: { Authorization: `Bearer ${token}` } })
    expect(timesIn((await second.json()) as Answer)).toEqual([times[1]])
  })

  it("is told when the server received each event, where it asks for that", async () => {
    const before = Date.now()
    await happen(opened)
    const [told] = (await pull(house.url, token, { topics: opened, after: cursor, received: "true" })).events
    const { received, ...event } = told as unknown as { received: number }
    expect(received).toBeGreaterThanOrEqual(before)
    for (const said of [{}, { received: "false" }])
      expect((await pull(house.url, token, { topics: opened, after: cursor, ...said })).events).toEqual([
        event,
      ])
  })

  it("is answered in lines where those are asked for", async () => {
    await happen(opened, opened)
    const query = { topics: opened, after: cursor }
    const lines = await askEvents(house.url, token, query, { headers: { Accept: "application/x-ndjson" } })
    expect(lines.headers.get("content-type")).toBe("application/x-ndjson")
    const text = await lines.text()
    const rows = text.split("\n").slice(0, -1)
    const { events } = await pull(house.url, token, query)
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual(events)
    expect(text.endsWith("\n")).toBe(true)
  })

  it("waits for an event, and is answered as soon as there is one", async () => {
    const waiting = pull(house.url, token, { topics: opened, after: cursor, wait: 60 })
    await untilItWaits()
    await happen(closed)
    const times = await happen(opened)
    expect(timesIn(await waiting)).toEqual(times)
  })

  it("takes no more than it asked for of what comes at once, and the next one has the rest", async () => {
    const waiting = pull(house.url, token, { topics: opened, after: cursor, limit: 2, wait: 60 })
    await untilItWaits()
    const times = await happen(opened, opened, opened, opened, opened)
    const first = await waiting
    expect(timesIn(first)).toEqual(times.slice(0, 2))
    const rest = await pull(house.url, token, { topics: opened, after: first.cursor })
    expect(timesIn(rest)).toEqual(times.slice(2))
  })

  it("is answered with nothing when it has waited long enough", async () => {
    const answer = await pull(house.url, token, { topics: opened, after: cursor, wait: 1 })
    expect(answer).toEqual({ status: 200, events: [], cursor })
  })

  it("is told what is gone, and where to begin anew", async () => {
    const [, time] = await happen(opened, opened)
    const gap = await pull(house.url, token, { topics: opened, after: "1.another-log.7" })
    expect(gap).toMatchObject({ status: 410, reason: "epoch", count: 0 })
    const anew = await pull(house.url, token, { topics: opened, after: gap.cursor, limit: 1000 })
    expect(timesIn(anew).at(-1)).toBe(time)
  })

  it("is answered while it waits when its token expires, with nothing that it may not hear", async () => {
    const waiting = pull(house.url, token, { topics: opened, after: cursor, wait: 60 })
    await untilItWaits()
    house.advance(61_000)
    const times = await happen(opened)
    const answer = await waiting
    expect(answer).toMatchObject({ status: 200, events: [] })
    expect(await pull(house.url, token, { topics: opened, after: answer.cursor })).toMatchObject({
      status: 401,
      code: "token_expired",
    })
    const renewed = await pull(house.url, await house.token(), { topics: opened, after: answer.cursor })
    expect(timesIn(renewed)).toEqual(times)
  })
})

describe("A request for events that cannot be answered", () => {
  const refused: readonly [query: Readonly<Record<string, string | number>>, status: number, code: string][] =
    [
      [{}, 400, "subscription_invalid"],
      [{ topics: "device.none" }, 422, "topic_unknown"],
      [{ topics: "*", limit: 0 }, 400, "request_invalid"],
      [{ topics: "*", listener: "wall-3" }, 400, "request_invalid"],
      [{ topics: "*", after: "last:many" }, 422, "after_invalid"],
      [{ topics: "*", limit: 1001 }, 400, "request_invalid"],
      [{ topics: "*", wait: 61 }, 400, "request_invalid"],
      [{ topics: "*", wait: "long" }, 400, "request_invalid"],
      [{ topics: "*", received: "yes" }, 400, "request_invalid"],
      [{ topics: "*", after: "now" }, 422, "cursor_malformed"],
      [{ topics: "*", after: "1.log.zz.1" }, 422, "cursor_malformed"],
    ]
  it.each(refused)("is refused: %o", async (query, status, code) => {
    expect(await pull(house.url, token, query)).toMatchObject({ status, code })
  })

  it("is refused without a token in its header", async () => {
    const response = await fetch(`${house.url}/${systemId}/events?topics=*&token=${token}`)
    expect(response.status).toBe(401)
  })
})
