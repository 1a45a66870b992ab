/** The state of doors at a cursor, on every way of listening, and what comes after exactly that. PROTOCOL §22. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { demoBuilding } from "@doorstream/simulator"
import { listenRawAfter, type Asking, type CursorListening } from "../support/cursors.js"
import { openEventSource } from "../support/event-source.js"
import { cloudNode, doorReport, frontDoor, openHouse, systemId, type House } from "../support/house.js"
import { connectNamed, subscribeNamed } from "../support/named.js"
import { pull } from "../support/pulling.js"
import { bare, doorIn, foldedBy, readState } from "../support/states.js"
import { ways } from "../support/ways.js"

const back = demoBuilding.devices[1]!
const annex = { ...cloudNode, id: "annex", serialNumber: "5678DEF", name: "Annex" }
const annexDoor = { ...frontDoor, id: "annex-door", cloudNodeId: annex.id }

let house: House
beforeAll(async () => {
  house = await openHouse({
    more: [
      { kind: "cloudNode", system: systemId, value: annex },
      { kind: "device", system: systemId, value: annexDoor },
    ],
  })
})
afterAll(() => house.close())

const happen = (...told: readonly (readonly [topic: string, deviceId?: string])[]): Promise<unknown> =>
  house.report(told.map(([topic, deviceId = frontDoor.id]) => doorReport(topic, { deviceId })))

describe.each(ways)("A listener that asks for the state on $name", ({ connect }) => {
  it("is told it first, and hears what comes after exactly that", async () => {
    await happen(["device.input.relay.on"], ["device.input.dps.opened", back.id])
    const token = await house.token()
    const listener = await connect(house.url, token, { topics: ["*"], state: true })
    const [told] = await listener.heard.atLeast(1)
    expect(told).toMatchObject({ name: "stream.state", cursor: (told!.body as { cursor: string }).cursor })
    expect(bare(told!.body as never)).toEqual(bare(await readState(house.url, token)))
    await happen(["device.input.relay.off"], ["device.input.dps.closed", back.id], ["device.alarm.forced"])
    await listener.heard.until((all) => all.some(({ name }) => name === "device.alarm.forced"))
    expect(foldedBy(listener.heard.all)).toEqual(bare(await readState(house.url, token)))
    expect(listener.heard.all.filter(({ name }) => name === "stream.state")).toHaveLength(1)
    await happen(["device.alarm.forced.cleared"])
    listener.close()
  })

  it("is told what its filter selects", async () => {
    const token = await house.token()
    const asking = { topics: ["device.*"], state: true, filter: { cloudNodes: [annex.id] } }
    const listener = await connect(house.url, token, asking)
    const [told] = await listener.heard.atLeast(1)
    const { doors, cloudNodes } = told!.body as { doors: { id: string }[]; cloudNodes: { id: string }[] }
    expect(doors.map(({ id }) => id)).toEqual([annexDoor.id])
    expect(cloudNodes.map(({ id }) => id)).toEqual([annex.id])
    listener.close()
  })
})

describe("GET state", () => {
  it("has every door and cloud node of the registry, and null for what nobody knows yet", async () => {
    const { doors, cloudNodes } = await readState(house.url, await house.token())
    expect(doors.map(({ id }) => id)).toEqual([...demoBuilding.devices, annexDoor].map(({ id }) => id))
    const { id, name, port, connectionId: connection } = annexDoor
    expect(doorIn({ doors, cloudNodes }, id)).toEqual({
      id,
      name,
      connection,
      port,
      cloudNode: annex.id,
      lock: null,
      dps: null,
      rex: null,
      forced: null,
      propped: null,
      autoOpen: null,
      forceOpen: null,
      forceClose: null,
      since: {},
    })
    expect(cloudNodes).toContainEqual({
      id: annex.id,
      serialNumber: annex.serialNumber,
      name: "Annex",
      connected: null,
      synced: null,
      since: {},
    })
  })

  it("has a cursor after which there is all that changes later, also for those who pull", async () => {
    const token = await house.token()
    const { cursor } = await readState(house.url, token)
    await happen(["device.input.rex.on"], ["device.input.rex.off"])
    const { events } = await pull(house.url, token, { topics: "device.input.*", after: cursor })
    expect(events.map(({ topic }) => topic)).toEqual(["device.input.rex.on", "device.input.rex.off"])
    expect((await readState(house.url, token)).cursor).toBe(events[1]!.cursor)
  })

  it("knows since when things are so, by the clock of the cloud node", async () => {
    const [first, second] = [doorReport("device.alarm.propped.on"), doorReport("device.alarm.propped.on")]
    await house.report([first, second])
    const state = await readState(house.url, await house.token())
    expect(doorIn(state, frontDoor.id)).toMatchObject({ propped: true, since: { propped: first.occurred } })
  })

  it("calls things as they are called now, and has nothing that was removed", async () => {
    const token = await house.token()
    const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }
    const doorPath = `${house.url}/${systemId}/cloud-nodes/${cloudNode.id}/devices`
    await house.post(`/${systemId}/cloud-nodes`, '{"name":"Shed","serialNumber":"SHED"}', token)
    await fetch(`${doorPath}/${back.id}`, { method: "PATCH", headers, body: '{"name":"New"}' })
    const named = await readState(house.url, token)
    expect(doorIn(named, back.id).name).toBe("New")
    const shed = named.cloudNodes.find(({ serialNumber }) => serialNumber === "SHED")!
    await fetch(`${house.url}/${systemId}/cloud-nodes/${shed.id}`, { method: "DELETE", headers })
    const without = await readState(house.url, token)
    expect(without.cloudNodes.map(({ serialNumber }) => serialNumber)).not.toContain("SHED")
  })

  it("is not sent again where nothing has changed", async () => {
    const headers = { Authorization: `Bearer ${await house.token()}` }
    const path = `${house.url}/${systemId}/state`
    const etag = (await fetch(path, { headers })).headers.get("etag")!
    const ask = async () => (await fetch(path, { headers: { ...headers, "If-None-Match": etag } })).status
    expect(await ask()).toBe(304)
    await happen(["device.input.rex.on"])
    expect(await ask()).toBe(200)
  })

  it("has doors alone where it is filtered by devices, because no event of a cloud node is about one", async () => {
    const state = await readState(house.url, await house.token(), `?device=${back.id},${frontDoor.id}`)
    expect(state.doors.map(({ id }) => id)).toEqual([frontDoor.id, back.id])
    expect(state.cloudNodes).toEqual([])
  })

  it("is the same after a restart", async () => {
    await happen(["device.forceopen.on"], ["device.autoopen.on", back.id])
    const before = await readState(house.url, await house.token())
    await house.restart()
    const { time: _, ...after } = await readState(house.url, await house.token())
    expect(after).toEqual({ ...before, time: undefined })
  })
})

const connect = async (asking: Asking): Promise<CursorListening> =>
  listenRawAfter(house.url, `token=${await house.token()}`, asking)

const topics = ["device.*"]
const bad: readonly [string, Asking, string][] = [
  ["a state that is neither true nor left out", { topics, state: "yes" }, "state_invalid"],
  ["a state beside after", { topics, state: true, after: "earliest" }, "state_invalid"],
  ["a state of no topics", { topics: [], state: true }, "state_invalid"],
  ["a state of nothing that happens", { topics: ["stream.position"], state: true }, "state_invalid"],
  ["a state beside a forged cursor", { topics, state: true, after: "1.x" }, "cursor_malformed"],
  ["a state of holders", { topics, state: true, filter: { holders: ["x"] } }, "state_invalid"],
  ["a state with a filter of nothing", { topics, state: true, filter: { devices: ["x"] } }, "filter_unknown"],
]

describe("A connection", () => {
  it.each(bad)("is refused %s", async (_, asking, code) => {
    const { answer, close } = await connect(asking)
    expect(answer).toMatchObject({ topics: [], refused: [{ topic: null, code }] })
    close()
  })

  it("that reads already is refused a state", async () => {
    const listener = await connect({ topics })
    const { refused } = await listener.ask("subscribeIsolated", { topics, state: true })
    expect(refused.map(({ code }) => code)).toEqual(["already_reading"])
    listener.close()
  })

  it("that is told no state may say false", async () => {
    const listener = await connect({ topics, state: false })
    await happen(["device.input.rex.on"])
    expect((await listener.heard.atLeast(1))[0]!.name).toBe("device.input.rex.on")
    listener.close()
  })

  it("is refused a state where events are read on request", async () => {
    const answer = await pull(house.url, await house.token(), { topics: "*", state: "true" })
    expect(answer).toMatchObject({ status: 422, code: "state_invalid" })
  })
})

describe("A listener with an expired token", () => {
  it("is told the state when it renews, as it is then, and hears what comes after that", async () => {
    const old = await house.token()
    house.advance(301_000)
    const listener = await listenRawAfter(house.url, `token=${old}`, { topics, state: true })
    await happen(["device.input.relay.on"], ["device.input.relay.off"], ["device.input.relay.on"])
    await listener.heard.atLeast(1)
    const token = await house.token()
    listener.renew(token)
    await listener.heard.until((all) => all.some(({ name }) => name === "stream.state"))
    await happen(["device.forceclose.on"])
    await listener.heard.until((all) => all.some(({ name }) => name === "device.forceclose.on"))
    const names = listener.heard.all.map(({ name }) => name).filter((name) => name !== "invalidToken")
    expect(names).toEqual(["stream.state", "device.forceclose.on"])
    const { doors } = foldedBy(listener.heard.all)!
    expect(doors).toEqual(bare(await readState(house.url, token)).doors)
    listener.close()
  })

  it("is told it when it renews, too, where the token lapsed before the listener subscribed", async () => {
    const listener = await connect({ topics: ["stream.position"] })
    house.advance(301_000)
    const answer = await listener.ask("subscribeIsolated", { topics, state: true })
    expect(answer.refused).toEqual([])
    await listener.heard.until((all) => all.some(({ name }) => name === "invalidToken"))
    expect(foldedBy(listener.heard.all)).toBeUndefined()
    await happen(["device.input.relay.off"])
    listener.renew(await house.token())
    await listener.heard.until((all) => all.some(({ name }) => name === "stream.state"))
    expect(doorIn(foldedBy(listener.heard.all)!, frontDoor.id).lock).toBe("locked")
    listener.close()
  })
})

describe("A stream that begins with the state", () => {
  it("goes on where it was when it comes back, and says no cursor before the state", async () => {
    const token = await house.token()
    const source = openEventSource(
      `${house.url}/${systemId}/stream?topics=device.*&state=true&token=${token}`,
    )
    await source.heard.atLeast(1)
    expect(source.text().slice(0, source.text().indexOf("stream.state"))).toBe("retry: 2000\n\nevent: ")
    await happen(["device.input.rex.on"])
    await source.heard.atLeast(2)
    await house.restart()
    await source.opened.atLeast(2)
    await happen(["device.input.rex.off"])
    const heard = await source.heard.atLeast(3)
    expect(heard.map(({ event }) => event)).toEqual([
      "stream.state",
      "device.input.rex.on",
      "device.input.rex.off",
    ])
    source.close()
  })
})

describe("A named listener that asks for the state", () => {
  it("leaves what was remembered of it, and goes on after the state", async () => {
    const first = await connectNamed(house, await house.token(), { name: "wall-9" })
    await subscribeNamed(first, topics)
    first.close()
    await happen(["device.input.rex.on"], ["device.input.rex.off"])
    const again = await connectNamed(house, await house.token(), { name: "wall-9" })
    expect(await subscribeNamed(again, { topics, state: true })).toMatchObject({ refused: [] })
    await happen(["device.forceclose.off"])
    await again.heard(1)
    expect(again.ids()).toHaveLength(1)
    expect(again.frames.all.filter((frame) => frame.startsWith('42["stream.state"'))).toHaveLength(1)
    again.close()
  })
})
