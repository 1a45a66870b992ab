/**
 * Streams and requests for events in a house that has its own life: it is crowded, ends, lets people go, and meets those
 * who do not read. PROTOCOL §13, §20.
 */
import { afterEach, describe, expect, it } from "vitest"
import { openEventSource, type Coming, type EventSourceByHand } from "../support/event-source.js"
import {
  doorReport,
  openHouse,
  requestToken,
  systemId,
  wordy,
  wordyReport,
  type House,
  type HouseSettings,
  type Report,
} from "../support/house.js"
import { makeClient, operate } from "../support/operator.js"
import { askEvents, pull } from "../support/pulling.js"

const opened = "device.input.dps.opened"

let house: House
const sources: EventSourceByHand[] = []
afterEach(async () => {
  for (const source of sources.splice(0)) source.close()
  await house.close()
})

async function openWith(settings: HouseSettings = {}): Promise<string> {
  house = await openHouse(settings)
  return house.token()
}

const address = (token: string, query = `topics=${opened}`): string =>
  `${house.url}/${systemId}/stream?${query}&token=${token}`

async function stream(token: string, more: Coming = {}) {
  const source = openEventSource(address(token), more)
  sources.push(source)
  await source.opened.atLeast(1)
  return source
}

const timesIn = (source: EventSourceByHand): number[] =>
  source.heard.all
    .filter(({ event }) => event === opened)
    .map(({ data }) => (data as { occurred: number }).occurred)

/** More than the kernel takes for somebody who does not read. */
async function reportMuch(): Promise<readonly Report[]> {
  const batches = [1, 2, 3, 4].map(() => Array.from({ length: 1000 }, wordyReport))
  for (const batch of batches) await house.report(batch)
  return batches.flat()
}

interface Shown {
  readonly number: number
  readonly transport: string
  readonly protocol: number | null
  readonly client: string
  readonly sent: number
}

const shown = async (): Promise<readonly Shown[]> =>
  (await operate<readonly Shown[]>(house, "GET", "/connections")).body

/** Resolves when what is shown is so. */
async function untilShown(isSo: (all: readonly Shown[]) => boolean): Promise<readonly Shown[]> {
  for (;;) {
    const all = await shown()
    if (isSo(all)) return all
  }
}

describe("A stream in a crowd", () => {
  it("takes a place like every connection, is refused 429 beyond the limit, and gives its place back", async () => {
    const token = await openWith({ limits: { connectionsPerClient: 2 } })
    const first = await stream(token)
    await stream(token)
    const refused = await fetch(address(token))
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 5])
    expect(await refused.json()).toMatchObject({ code: "too_many_connections" })
    expect(await pull(house.url, token, { topics: opened })).toMatchObject({ status: 429 })
    first.close()
    await untilShown((all) => all.length === 1)
    const third = await fetch(address(token))
    expect(third.status).toBe(200)
    await third.body!.cancel()
  })

  it("is refused in words that an EventSource comes back for, and gets in when there is room", async () => {
    const token = await openWith({ limits: { connectionsPerAddress: 1 } })
    const first = await stream(token)
    const [{ number } = { number: 0 }] = await shown()
    const second = await stream(token)
    const [refused] = await second.heard.atLeast(1)
    expect(refused).toMatchObject({ event: "stream.refused", data: { code: "too_many_connections" } })
    first.close()
    await untilShown((all) => all.length === 1 && all[0]!.number !== number)
    const report = doorReport(opened)
    await house.report(report)
    await second.heard.until((all) => all.at(-1)!.event === opened)
    expect(timesIn(second)).toEqual([report.occurred])
  })

  it("is refused in such words at the front, too, where too much is asked from its address", async () => {
    // Its token takes two requests, which is all that may come at once.
    const token = await openWith({ limits: { requestsPerSecond: 0.2 } })
    const answer = await fetch(address(token), { headers: { Accept: "text/event-stream" } })
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/event-stream"])
    expect(await answer.text()).toMatch(
      /^retry: \d+000\nevent: stream\.refused\ndata: \{"code":"too_many_requests",.*\}\n\n$/,
    )
    expect((await fetch(address(token))).status).toBe(429)
  })
})

describe("An operator", () => {
  it("sees streams and requests that wait among the connections and the listeners", async () => {
    const token = await openWith()
    const source = await stream(token)
    await house.report(doorReport(opened))
    await source.heard.atLeast(1)
    const ending = new AbortController()
    const waiting = askEvents(house.url, token, { topics: opened, wait: 60 }, { signal: ending.signal })
    const all = await untilShown(({ length }) => length === 2)
    const same = { address: "127.0.0.1", client: "tester", system: systemId, protocol: null }
    expect(all).toMatchObject([
      { ...same, transport: "sse", sent: 1 },
      { ...same, transport: "pull", sent: 0 },
    ])
    const { body: listeners } = await operate<object[]>(house, "GET", "/listeners")
    const standing = { topics: 1, at: "tail", position: 1, behind: 0, owed: null }
    expect(listeners).toMatchObject(all.map(({ number }) => ({ connection: number, ...standing })))
    ending.abort()
    await expect(waiting).rejects.toThrow("aborted")
    await untilShown(({ length }) => length === 1)
    source.close()
    await untilShown(({ length }) => length === 0)
    expect(house.told.find(({ text }) => text === "a connection has ended")!.fields).toMatchObject({
      transport: "sse",
      sent: 1,
    })
    expect(JSON.stringify(house.told)).not.toContain(token)
  })

  it("ends the streams of a client that is revoked, which come back to a refusal", async () => {
    await openWith()
    const { id, secret } = await makeClient(house, [systemId], "listen")
    const its = await requestToken(house.url, systemId, id, secret)
    const source = await stream(its)
    const waiting = pull(house.url, its, { topics: opened, wait: 60 })
    await untilShown(({ length }) => length === 2)
    await operate(house, "DELETE", `/clients/${id}`)
    expect(await source.over).toBe(401)
    expect(await waiting).toMatchObject({ status: 401, code: "client_revoked" })
  })
})

describe("While a server drains", () => {
  it("a stream that is behind is served to its end, and a request that waits is answered", async () => {
    const token = await openWith({ more: wordy, options: { drainWithin: 1e9 } })
    const slow = await stream(token, { comesBack: false })
    slow.pause()
    const reports = await reportMuch()
    const { cursor } = await pull(house.url, token, { topics: opened })
    const waiting = pull(house.url, token, { topics: opened, after: cursor, wait: 60 })
    await untilShown(({ length }) => length === 2)
    const closing = house.server().close()
    expect(await waiting).toEqual({ status: 200, events: [], cursor })
    slow.resume()
    expect(await slow.over).toBe(200)
    expect(timesIn(slow)).toEqual(reports.map(({ occurred }) => occurred))
    await closing
  })

  it("a stream that takes nothing keeps it no longer than others", async () => {
    const token = await openWith({ more: wordy, options: { drainWithin: 300 } })
    const stuck = await stream(token)
    stuck.pause()
    await reportMuch()
    await house.server().close()
  })

  it("a stream that is asked for is told to come back", async () => {
    const token = await openWith({ more: wordy, options: { drainWithin: 1e9 } })
    const slow = await stream(token)
    slow.pause()
    await reportMuch()
    const closing = house.server().close()
    const answer = await fetch(address(token), { headers: { Accept: "text/event-stream" } })
    expect(await answer.text()).toContain('event: stream.refused\ndata: {"code":"draining"')
    const refused = await fetch(address(token))
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "2"])
    slow.resume()
    slow.close()
    await closing
  })
})

describe("A stream that nobody reads", () => {
  it("is ended when it has taken nothing for too long, and comes back to where it was", async () => {
    const token = await openWith({ more: wordy, limits: { stuckAfter: 300 } })
    const source = await stream(token)
    source.pause()
    const reports = await reportMuch()
    await untilShown(({ length }) => length === 0)
    source.resume()
    await source.heard.atLeast(reports.length)
    expect(timesIn(source)).toEqual(reports.map(({ occurred }) => occurred))
  })
})
