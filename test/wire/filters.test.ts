/** Filters on every way of listening: what is heard, live and from the past, and what is no filter. PROTOCOL §21. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { demoBuilding } from "@doorstream/simulator"
import { listenAfter, listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import {
  allowed,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { operate } from "../support/operator.js"
import { pull, type Answer } from "../support/pulling.js"
import { ways } from "../support/ways.js"

const opened = "device.input.dps.opened"
const back = demoBuilding.devices[1]!
const secondNode = { ...cloudNode, id: "second-node", externalId: "annex", serialNumber: "5678DEF" }
const annexDoor = { ...frontDoor, id: "annex-door", externalId: "annex/front", cloudNodeId: secondNode.id }
const gone = { ...someone, id: "gone-holder", externalId: "left-in-may", credentials: [] }

let house: House
beforeAll(async () => {
  house = await openHouse({
    more: [
      { kind: "cloudNode", system: systemId, value: secondNode },
      { kind: "device", system: systemId, value: annexDoor },
      { kind: "holder", system: systemId, value: gone },
    ],
  })
})
afterAll(() => house.close())

const reportAs = async (node: string, report: object): Promise<number> => {
  const path = `/${systemId}/cloud-nodes/${node}/reports`
  const answer = await house.post(path, JSON.stringify([report]), await house.token())
  return ((await answer.json()) as { accepted: { position: number }[] }).accepted[0]!.position
}

/** One of each, in this order; the last tells that everything before it was heard. */
async function happen(): Promise<void> {
  await reportAs(cloudNode.id, doorReport(opened))
  await reportAs(cloudNode.id, doorReport(opened, { deviceId: back.id }))
  await reportAs(cloudNode.id, allowed())
  await reportAs(secondNode.id, doorReport(opened, { deviceId: annexDoor.id }))
  await reportAs(
    secondNode.id,
    doorReport("device.request.allowed", { deviceId: annexDoor.id, holderId: someone.id }),
  )
}

const topics = [opened, "device.request.allowed", "liveEvent"]

interface Heard {
  readonly name?: string
  readonly topic?: string
  readonly body?: Record<string, unknown>
  readonly event?: Record<string, unknown>
}

/** What was heard, as the door and the topic. */
const told = (all: readonly Heard[]): string[] =>
  all.map(({ name, topic, body, event }) => {
    const { body: its, placeholders } = (body ?? event) as {
      body?: { deviceId: string }
      placeholders?: { id: string; type: string }[]
    }
    const door = its?.deviceId ?? placeholders?.find(({ type }) => type === "device")?.id
    return `${door === frontDoor.id ? "front" : door === back.id ? "back" : "annex"} ${name ?? topic}`
  })

const request = "device.request.allowed"
const cases: readonly [string, Asking["filter"], string[]][] = [
  [
    "a device by its id",
    { devices: [frontDoor.id] },
    [`front ${opened}`, `front ${request}`, "front liveEvent"],
  ],
  [
    "a device by its externalId",
    { devices: ["annex/front"] },
    [`annex ${opened}`, `annex ${request}`, "annex liveEvent"],
  ],
  [
    "one of two devices",
    { devices: [back.id, annexDoor.id] },
    [`back ${opened}`, `annex ${opened}`, `annex ${request}`, "annex liveEvent"],
  ],
  [
    "a cloud node by its externalId",
    { cloudNodes: ["annex"] },
    [`annex ${opened}`, `annex ${request}`, "annex liveEvent"],
  ],
  [
    "a holder",
    { holders: [someone.id] },
    [`front ${request}`, "front liveEvent", `annex ${request}`, "annex liveEvent"],
  ],
  [
    "a holder at a cloud node",
    { holders: [someone.id], cloudNodes: ["annex"] },
    [`annex ${request}`, "annex liveEvent"],
  ],
]

describe.each(ways)("A filter on $name", ({ connect }) => {
  it.each(cases)("lets through what is about %s, live and again from the past", async (_, filter, due) => {
    const token = await house.token()
    const live = await connect(house.url, token, { topics, filter })
    const start = (await (
      await fetch(`${house.url}/${systemId}/events?topics=*`, {
        headers: { Authorization: `Bearer ${token}` },
      })
    ).json()) as { cursor: string }
    await happen()
    expect(told(await live.heard.atLeast(due.length))).toEqual(due)
    const past = await connect(house.url, token, { topics, filter, after: start.cursor })
    expect(told(await past.heard.atLeast(due.length))).toEqual(due)
    expect(past.heard.all.map(({ cursor }) => cursor)).toEqual(live.heard.all.map(({ cursor }) => cursor))
    live.close()
    past.close()
  })

  it("counts with last what it lets through", async () => {
    await happen()
    const filter = { devices: [frontDoor.id] }
    const listener = await connect(house.url, await house.token(), { topics, filter, after: "last:2" })
    expect(told(await listener.heard.atLeast(2))).toEqual([`front ${request}`, "front liveEvent"])
    listener.close()
  })
})

describe("Events on request", () => {
  it.each(cases)("are those about %s", async (_, filter, due) => {
    const { devices = [], cloudNodes = [], holders = [] } = filter as Record<string, string[]>
    const query = {
      topics: topics.join(),
      ...(devices.length > 0 && { device: devices.join() }),
      ...(cloudNodes.length > 0 && { cloudNode: cloudNodes.join() }),
      ...(holders.length > 0 && { holder: holders.join() }),
    }
    const token = await house.token()
    const { cursor } = await pull(house.url, token, query)
    await happen()
    expect(told((await pull(house.url, token, { ...query, after: cursor })).events)).toEqual(due)
  })
})

describe("A filter of a cloud node", () => {
  it("lets through what tells its serial number alone, when it is removed too", async () => {
    const token = await house.token()
    const base = `${house.url}/${systemId}/cloud-nodes`
    const headers = { Authorization: `Bearer ${token}` }
    const made = await house.post(`/${systemId}/cloud-nodes`, '{"name":"Shed","serialNumber":"SHED1"}', token)
    const { id } = (await made.json()) as { id: string }
    await house.post(`/${systemId}/cloud-nodes/${id}/panel`, "{}", token)
    await fetch(`${base}/${id}`, { method: "DELETE", headers })
    const about = async (after: string): Promise<Answer> =>
      pull(house.url, token, { topics: "*", cloudNode: id, after })
    const all = await about("earliest")
    expect(all.events.map(({ topic }) => topic)).toEqual([
      "cloudnode.created",
      "cloudnode.registered",
      "sync.not_synced",
      "cloudnode.unregistered",
      "cloudnode.deleted",
    ])
  })
})

const connect = async (asking: Asking): Promise<CursorListening> =>
  listenRawAfter(house.url, `token=${await house.token()}`, asking)

const codesIn = ({ answer }: CursorListening): unknown => answer.refused.map(({ code }) => code)

describe("A connection that reads", () => {
  const first = { topics: [opened], filter: { devices: ["annex/front"] } }

  it("may say its filter again, in other words too, or say none, and hears as before", async () => {
    const listener = await connect(first)
    expect((await listener.ask("subscribeIsolated", { topics: [request] })).refused).toEqual([])
    const again = { topics: ["liveEvent"], filter: { devices: [annexDoor.id] } }
    expect((await listener.ask("subscribeIsolated", again)).refused).toEqual([])
    await happen()
    expect(told(await listener.heard.atLeast(3))).toEqual([
      `annex ${opened}`,
      `annex ${request}`,
      "annex liveEvent",
    ])
    listener.close()
  })

  it("that said its filter with what is no event is filtered once it hears events", async () => {
    const listener = await connect({ ...first, topics: ["stream.position"], every: 3_600_000 })
    expect(listener.answer.refused).toEqual([])
    await listener.ask("subscribeIsolated", { topics: [opened] })
    await happen()
    await reportAs(cloudNode.id, doorReport(opened))
    await reportAs(secondNode.id, doorReport(opened, { deviceId: annexDoor.id }))
    expect(told(await listener.heard.atLeast(2))).toEqual([`annex ${opened}`, `annex ${opened}`])
    const { refused } = await listener.ask("subscribeIsolated", {
      topics: [request],
      filter: { devices: [back.id] },
    })
    expect(refused.map(({ code }) => code)).toEqual(["already_reading"])
    listener.close()
  })

  it.each([
    ["another filter", { devices: [frontDoor.id] }],
    ["a narrower one", { devices: [annexDoor.id], holders: [someone.id] }],
  ])("is refused %s, and hears as before", async (_, filter) => {
    const listener = await connect(first)
    const { refused, topics: heard } = await listener.ask("subscribeIsolated", { topics: [request], filter })
    expect(refused.map(({ code }) => code)).toEqual(["already_reading"])
    expect(heard).toEqual([opened])
    listener.close()
  })

  it("without a filter is refused one", async () => {
    const listener = await connect({ topics: [opened] })
    const { refused } = await listener.ask("subscribeIsolated", first)
    expect(refused.map(({ code }) => code)).toEqual(["already_reading"])
    listener.close()
  })

  it("keeps no filter of a message that was refused for where it begins", async () => {
    const { cursor } = (await connect({ topics: [opened] })).answer
    const listener = await connect({ ...first, after: cursor!.replace(/\w+$/, "zzzz") })
    expect(codesIn(listener)).toEqual(["cursor_ahead"])
    await listener.ask("subscribeIsolated", { topics: [opened] })
    await reportAs(cloudNode.id, doorReport(opened))
    expect(told(await listener.heard.atLeast(1))).toEqual([`front ${opened}`])
    listener.close()
  })

  it("is seen by an operator to have a filter, and one without to have none", async () => {
    const [narrow, wide] = [await connect(first), await connect({ topics: [opened] })]
    const { body } = await operate<readonly { filtered: boolean }[]>(house, "GET", "/listeners")
    expect(body.map(({ filtered }) => filtered).slice(-2)).toEqual([true, false])
    narrow.close()
    wide.close()
  })

  it("keeps its filter when it renews", async () => {
    const listener = await connect(first)
    listener.renew(await house.token())
    await happen()
    expect(told(await listener.heard.atLeast(1))).toEqual([`annex ${opened}`])
    listener.close()
  })
})

describe("A named listener", () => {
  it("tells its filter anew at each connection", async () => {
    const open = (filter?: unknown) =>
      house
        .token()
        .then((token) =>
          listenAfter(
            house.url,
            `${token}&listener=filtered`,
            { topics: [opened], filter },
            { transports: ["websocket"] },
          ),
        )
    const narrow = await open({ devices: [annexDoor.id] })
    await happen()
    expect(told(await narrow.heard.atLeast(1))).toEqual([`annex ${opened}`])
    narrow.close()
    const wide = await open()
    await reportAs(cloudNode.id, doorReport(opened))
    const heard = await wide.heard.until((all) => told(all).includes(`front ${opened}`))
    expect(heard.length).toBeGreaterThan(0)
    wide.close()
  })
})
