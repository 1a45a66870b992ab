/**
 * A listener goes from one way of listening to another, and from one life of the server to the next, with nothing but its
 * cursor: it hears everything once and in order. PROTOCOL §20.
 */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openEventSource } from "../support/event-source.js"
import { doorReport, openHouse, systemId, type House, type Report } from "../support/house.js"
import { clients, Heard, listenRaw, versions, type Version } from "../support/listeners.js"
import { pull } from "../support/pulling.js"

const opened = "device.input.dps.opened"

let house: House
let token: string
/** When everything happened that was reported, in order. */
let occurred: number[]
beforeEach(async () => {
  house = await openHouse()
  token = await house.token()
  occurred = []
})
afterEach(() => house.close())

/** So many doors are opened, beside others that nobody listens to. */
async function happen(times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    const report: Report = doorReport(opened)
    await house.report([doorReport("device.input.rex.opened"), report])
    occurred.push(report.occurred)
  }
}

/** What one way of listening heard, and the cursor of the last of it. */
interface Leg {
  readonly times: readonly number[]
  readonly cursor: string
}

/** Listens one way, from a cursor on, until so many were heard; and does something when it listens. */
type Way = (after: string, until: number, meanwhile: () => Promise<void>) => Promise<Leg>

const timeOf = (event: unknown): number => (event as { occurred: number }).occurred

const overSocketIo =
  (version: Version, transports: readonly string[]): Way =>
  async (after, until, meanwhile) => {
    const socket = clients[version](`${house.url}?systemId=${systemId}&token=${token}`, {
      forceNew: true,
      transports,
    })
    const heard = new Heard<[time: number, cursor: string]>()
    socket.on(opened, (event: { occurred: number }, { cursor }: { cursor: string }) =>
      heard.add([event.occurred, cursor]),
    )
    await new Promise<void>((resolve) => {
      socket.on("connect", () =>
        socket.emit("subscribeIsolated", { topics: [opened], cursors: true, after }, () => resolve()),
      )
    })
    await meanwhile()
    const all = await heard.atLeast(until)
    socket.close()
    return { times: all.map(([time]) => time), cursor: all.at(-1)![1] }
  }

const overRawWebSocket: Way = async (after, until, meanwhile) => {
  const raw = await listenRaw(house.url, `token=${token}`)
  raw.send(`42${JSON.stringify(["subscribeIsolated", { topics: [opened], cursors: true, after }])}`)
  await meanwhile()
  const isEvent = (frame: string): boolean => frame.startsWith(`42["${opened}"`)
  const frames = await raw.frames.until((all) => all.filter(isEvent).length >= until)
  raw.close()
  const events = frames.filter(isEvent).map((frame) => JSON.parse(frame.slice(2)) as [string, unknown, Leg])
  return { times: events.map(([, event]) => timeOf(event)), cursor: events.at(-1)![2].cursor }
}

const streamUrl = (its: string): string => `${house.url}/${systemId}/stream?topics=${opened}&token=${its}`

const overServerSentEvents: Way = async (after, until, meanwhile) => {
  const source = openEventSource(`${streamUrl(token)}&after=${after}`)
  await source.opened.atLeast(1)
  await meanwhile()
  const all = await source.heard.atLeast(until)
  source.close()
  return { times: all.map(({ data }) => timeOf(data)), cursor: all.at(-1)!.id }
}

const byPulling: Way = async (after, until, meanwhile) => {
  const times: number[] = []
  let cursor = after
  let happening: Promise<void> | undefined
  while (times.length < until) {
    const answer = await pull(house.url, token, { topics: opened, after: cursor, limit: 2, wait: 5 })
    happening ??= meanwhile()
    times.push(...answer.events.map(({ event }) => timeOf(event)))
    ;({ cursor } = answer)
  }
  await happening
  return { times, cursor }
}

/** Goes from way to way, with something that was missed before each and something new while it lasts. */
async function journey(ways: readonly Way[], between: () => Promise<void>): Promise<void> {
  await happen(1)
  let { cursor } = await pull(house.url, token, { topics: opened })
  occurred = []
  const heard: number[] = []
  for (const way of ways) {
    const begun = occurred.length
    await happen(3)
    await between()
    const leg = await way(cursor, 5, () => happen(2))
    expect(leg.times).toEqual(occurred.slice(begun))
    heard.push(...leg.times)
    ;({ cursor } = leg)
  }
  expect(heard).toEqual(occurred)
}

describe("A listener that stops on one way of listening and goes on by another", () => {
  it("hears everything once and in order, on the other side of a restart each time", async () => {
    const ways = [overSocketIo("4.8", ["websocket"]), overServerSentEvents, byPulling, overRawWebSocket]
    await journey([...ways, ...ways.toReversed()], () => house.restart())
  })

  it("may go by every version of Socket.IO and every transport", async () => {
    const ways = versions.flatMap((version) =>
      ["websocket", "polling"].map((transport) => overSocketIo(version, [transport])),
    )
    await journey(
      ways.flatMap((way) => [way, overServerSentEvents]),
      () => Promise.resolve(),
    )
  })
})

describe("An EventSource that stays", () => {
  it("comes back by itself after every restart, and hears everything once and in order", async () => {
    const source = openEventSource(() => streamUrl(token))
    await source.opened.atLeast(1)
    for (let times = 0; times < 3; times += 1) {
      await happen(2)
      await house.restart()
      await happen(1)
    }
    const all = await source.heard.atLeast(occurred.length)
    expect(all.map(({ data }) => timeOf(data))).toEqual(occurred)
    source.close()
  })
})
