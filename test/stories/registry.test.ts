/** A system that is managed over REST while a listener hears what becomes of it. PROTOCOL §15. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import {
  clientId,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"

let house: House
let token: string
let open: Listening[]
beforeEach(async () => {
  house = await openHouse()
  token = await house.token()
  open = []
})
afterEach(async () => {
  for (const each of open) each.close()
  await house.close()
})

async function ask(method: string, path: string, body?: object, headers: object = {}) {
  const response = await fetch(`${house.url}/${systemId}${path}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = (text === "" ? {} : JSON.parse(text)) as Record<string, unknown>
  return { status: response.status, json, headers: response.headers }
}

async function hear(...topics: string[]): Promise<Listening> {
  const listening = await listen(house.url, token, topics)
  open.push(listening)
  return listening
}

const gate = { externalId: "gate", name: "Gate house", serialNumber: "7777XYZ", description: "By the river" }

describe("A building that is put together over REST", () => {
  it("tells listeners of its cloud nodes, with who made and removed them", async () => {
    const { heard } = await hear("cloudnode.created", "cloudnode.deleted")
    const made = await ask("POST", "/cloud-nodes", gate)
    expect(made.status).toBe(201)
    const { id, created } = made.json as { id: string; created: string }
    expect((await ask("PATCH", "/cloud-nodes/gate", { name: "Gatehouse" })).status).toBe(200)
    expect((await ask("DELETE", "/cloud-nodes/gate")).status).toBe(204)

    const [first, second] = await heard.atLeast(2)
    expect(first).toMatchObject({
      topic: "cloudnode.created",
      event: {
        systemId,
        topic: `system.${systemId}.entity.cloudnode.created`,
        body: {
          id,
          name: gate.name,
          description: gate.description,
          serialNumber: gate.serialNumber,
          timezone: "UTC",
          cardFormat: [],
          created,
        },
        metadata: { userId: clientId, userName: "The tests" },
      },
    })
    expect(second).toMatchObject({
      topic: "cloudnode.deleted",
      event: { body: { id, name: "Gatehouse" }, metadata: { userId: clientId } },
    })
  })

  it("is reported about by the names that it was given, and heard with ids", async () => {
    await ask("POST", "/cloud-nodes", gate)
    const panel = { externalId: "panel", name: "Panel", type: "ethernet" }
    expect((await ask("POST", "/cloud-nodes/gate/connections", panel)).status).toBe(201)
    const door = { externalId: "door", name: "Door", connection: "panel", port: 1 }
    const device = (await ask("POST", "/cloud-nodes/gate/devices", door)).json
    const holder = (await ask("POST", "/holders", { externalId: "ann", firstName: "Ann" })).json
    const badge = { externalId: "badge", facilityCode: 5, cardNumber: 123 }
    const card = (await ask("POST", "/holders/ann/credentials", badge)).json

    const { heard } = await hear("device.request.allowed", "endpoint.sync.started")
    const occurred = Date.now()
    const reports = [
      { id: "by name", topic: "device.request.allowed", body: { deviceId: "door", credentialId: "badge" } },
      { id: "by holder", topic: "device.request.allowed", body: { deviceId: "door", holderId: "ann" } },
      {
        id: "of a panel",
        topic: "endpoint.sync.started",
        body: { connectionId: "panel", address: "1", type: "people" },
      },
    ].map((each) => ({ ...each, occurred }))
    const answer = await house.post(`/${systemId}/cloud-nodes/gate/reports`, JSON.stringify(reports), token)
    expect(await answer.json()).toMatchObject({ accepted: [{}, {}, {}], refused: [] })

    const [byName, byHolder, ofPanel] = await heard.atLeast(3)
    const ids = { deviceId: device["id"], holderId: holder["id"] }
    expect(byName!.event["body"]).toMatchObject({
      ...ids,
      credentialId: card["id"],
      device: { id: device["id"] },
    })
    expect(byHolder!.event["body"]).toMatchObject({ ...ids, holder: { name: "Ann" } })
    expect(JSON.stringify(ofPanel!.event["body"])).not.toContain("panel")
  })

  it("is there after a restart, and what was removed is not", async () => {
    await ask("POST", "/groups", { externalId: "staff", name: "Staff" })
    const holder = { externalId: "ann", firstName: "Ann", groups: ["staff"], pin: "1234" }
    const made = await ask("POST", "/holders", holder)
    await ask("POST", "/groups", { externalId: "gone", name: "Gone" })
    await ask("DELETE", "/groups/gone")
    await house.restart()
    const read = await ask("GET", "/holders/ann")
    expect([read.json, read.headers.get("ETag")]).toEqual([made.json, made.headers.get("ETag")])
    expect((await ask("GET", "/groups/gone")).status).toBe(404)
  })
})

describe("A cloud node that is removed", () => {
  it("goes with its connections and devices, out of the rules that name them, and no report is taken for it", async () => {
    const [device] = (await ask("GET", `/cloud-nodes/${cloudNode.id}/devices`)).json as unknown as {
      id: string
    }[]
    const rule = { name: "Days", type: "access", devices: [device!.id], holders: [someone.id] }
    const { id } = (await ask("POST", "/rules", rule)).json
    expect((await ask("DELETE", `/cloud-nodes/${cloudNode.id}`)).status).toBe(204)
    expect((await ask("GET", `/rules/${String(id)}`)).json).toMatchObject({
      devices: [],
      holders: [someone.id],
    })
    expect((await ask("GET", "/cloud-nodes")).json).toEqual([])
    const late = await house.post(`/${systemId}/cloud-nodes/${cloudNode.id}/reports`, "[]", token)
    expect(late.status).toBe(404)
  })
})

describe("A device that is removed", () => {
  it("can still be reported about, by its id and by the name that it had", async () => {
    const path = `/cloud-nodes/${cloudNode.id}/devices/${frontDoor.id}`
    expect((await ask("PATCH", path, { externalId: "front" })).status).toBe(200)
    expect((await ask("DELETE", path)).status).toBe(204)
    const { heard } = await hear("device.input.rex.on")
    const late = doorReport("device.input.rex.on", { deviceId: "front" })
    expect(await house.report([late, doorReport("device.input.rex.on")])).toMatchObject({ refused: [] })
    const [first, second] = await heard.atLeast(2)
    expect([first!.event, second!.event]).toMatchObject([
      { body: { deviceId: frontDoor.id } },
      { body: { deviceId: frontDoor.id } },
    ])
  })
})

describe("Several who change one object at once", () => {
  it("cannot all win: one change is made with the version that they have read, the others are refused", async () => {
    await ask("POST", "/groups", { externalId: "staff", name: "Staff" })
    const tag = (await ask("GET", "/groups/staff")).headers.get("ETag")!
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        ask("PATCH", "/groups/staff", { name: `Writer ${at}` }, { "If-Match": tag }),
      ),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(19)
    expect((await ask("GET", "/groups/staff")).json).toEqual(won[0]!.json)
  })

  it("cannot both take one name or one serial number", async () => {
    const made = await Promise.all(Array.from({ length: 10 }, () => ask("POST", "/cloud-nodes", gate)))
    expect(made.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(made.filter(({ status }) => status === 409)).toHaveLength(9)
  })
})
