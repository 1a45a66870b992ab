/** Tokens that are limited to topics, cloud nodes and what is not personal: what is heard and seen with them. PROTOCOL §24. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { askToken, makeLimited, type Limits } from "../support/granted.js"
import {
  allowed,
  cloudNode,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
  type Report,
} from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"
import { operate } from "../support/operator.js"
import { pull } from "../support/pulling.js"
import {
  askRest,
  closed,
  doorsIn,
  happen,
  opened,
  shed,
  shedDoor,
  shedOpened,
  withShed,
} from "../support/shed.js"

const rule = {
  id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c03",
  name: "Always",
  type: "autoOpen",
  allow: true,
  groups: [],
  holders: [],
  devices: [frontDoor.id, shedDoor.id],
  startTime: "00:00",
  stopTime: "24:00",
  recurring: ["Mon"],
  created: cloudNode.created,
}
const ann = { ...someone, id: "0d7e7b4e-6f0c-4c0f-8f0e-3d1f6a2b9c04", externalId: "ann.lee", credentials: [] }
const more = withShed(
  { kind: "holder", system: systemId, value: ann },
  { kind: "rule", system: systemId, value: rule },
)

let house: House
let whole: string
beforeAll(async () => {
  house = await openHouse({ more })
  whole = await house.token()
})
afterAll(() => house.close())
const ending: (() => void)[] = []
afterEach(() => ending.splice(0).forEach((end) => end()))

const limited = async (limits: Limits): Promise<string> => (await askToken(house, limits)).token
const happens = (...reports: readonly Report[]) => happen(house, whole, reports)

async function hears(token: string, ...topics: string[]): Promise<Listening> {
  const listening = await listen(house.url, token, topics)
  ending.push(listening.close)
  return listening
}

const subscribe = ({ socket }: Listening, ...topics: string[]) =>
  new Promise<{ topics: string[]; refused: { topic: string; code: string }[] }>((resolve) =>
    socket.emit("subscribeIsolated", { topics }, resolve),
  )

const ask = (method: string, path: string, token: string, body?: object) =>
  askRest(house, method, path, token, body)

describe("A listener whose token is limited to topics", () => {
  it("is refused what is not granted by itself, and with a wildcard hears what is", async () => {
    const listening = await hears(await limited({ topics: ["device.input.dps.*", "sync.*"] }))
    const { topics, refused } = await subscribe(
      listening,
      "device.*",
      "device.alarm.*",
      "liveEvent",
      "nonsense",
    )
    expect(topics).toEqual(["device.input.dps.closed", "device.input.dps.opened"])
    expect(refused.map(({ topic, code }) => [topic, code])).toEqual([
      ["device.alarm.*", "topic_not_granted"],
      ["liveEvent", "topic_not_granted"],
      ["nonsense", "topic_unknown"],
    ])
    expect((await subscribe(listening, "*")).topics).toHaveLength(4)
  })

  it("is refused over plain HTTP, where a request stands or falls as a whole", async () => {
    const token = await limited({ topics: ["device.input.dps.opened"] })
    expect(await pull(house.url, token, { topics: "device.alarm.*" })).toMatchObject({
      status: 403,
      code: "topic_not_granted",
    })
    await happens(opened(), closed())
    const { events } = await pull(house.url, token, { topics: "*", after: "earliest" })
    expect(new Set(events.map(({ topic }) => topic))).toEqual(new Set(["device.input.dps.opened"]))
  })

  it("is not told of listeners that are silent, which is the whole system's matter", async () => {
    const listening = await hears(await limited({ topics: ["sync.*"] }))
    const { topics, refused } = await subscribe(listening, "stream.listener.silent", "stream.position")
    expect([topics, refused]).toMatchObject([
      ["stream.position"],
      [{ topic: "stream.listener.silent", code: "topic_not_granted" }],
    ])
  })
})

describe("A filter", () => {
  const filtered = (token: string, filter: string) =>
    ask("GET", `/events?topics=*&after=earliest&${filter}`, token)

  it("finds nothing that may not be seen, nor anybody by a name that was chosen for them", async () => {
    const [narrow, redacted] = [await limited({ cloudNodes: ["shed"] }), await limited({ redacted: true })]
    expect((await filtered(narrow, "device=shed-door")).status).toBe(200)
    expect((await filtered(redacted, `holder=${ann.id}`)).status).toBe(200)
    expect((await filtered(whole, `holder=${ann.externalId}&cloudNode=${cloudNode.id}`)).status).toBe(200)
    for (const [token, filter] of [
      [narrow, `device=${frontDoor.id}`],
      [narrow, `cloudNode=${cloudNode.id}`],
      [redacted, `holder=${ann.externalId}`],
    ] as const)
      expect(await filtered(token, filter)).toMatchObject({ status: 422, body: { code: "filter_unknown" } })
  })
})

describe("The state of a system", () => {
  it("has the doors and cloud nodes alone that are granted, by what the API client may now", async () => {
    const client = await makeLimited(house, {})
    const { token } = await askToken(house, "", client)
    const idsIn = async () => {
      const { body } = await ask("GET", "/state", token)
      const { doors, cloudNodes } = body as unknown as Record<string, { id: string }[]>
      return [doors!.map(({ id }) => id).includes(frontDoor.id), cloudNodes!.map(({ id }) => id)]
    }
    expect(await idsIn()).toEqual([true, expect.arrayContaining([shed.id, cloudNode.id])])
    await operate(house, "PATCH", `/clients/${client.id}`, { cloudNodes: ["shed"] })
    expect(await idsIn()).toEqual([false, [shed.id]])
  })
})

describe("A listener whose token is limited to cloud nodes", () => {
  it("hears only what is about them, live and in what was before", async () => {
    const listening = await hears(await limited({ cloudNodes: ["shed"] }), "device.input.dps.opened")
    await happens(opened(), shedOpened(), opened(), shedOpened())
    await listening.heard.atLeast(2)
    expect(doorsIn(listening.heard.all)).toEqual([
      "device.input.dps.opened shed",
      "device.input.dps.opened shed",
    ])
    const { events } = await pull(house.url, await limited({ cloudNodes: ["shed"] }), {
      topics: "*",
      after: "earliest",
    })
    expect(events).toHaveLength(2)
  })
})

describe("Whoever has a token that is limited to cloud nodes", () => {
  it("sees these in the registry, and of others not even that they are there", async () => {
    const token = await limited({ cloudNodes: [shed.id] })
    const nodes = await ask("GET", "/cloud-nodes", token)
    expect([nodes.body.map(({ id }) => id), nodes.total]).toEqual([[shed.id], "1"])
    expect((await ask("GET", "/cloud-nodes/shed/devices", token)).body.map(({ id }) => id)).toEqual([
      shedDoor.id,
    ])
    for (const path of ["", "/devices", "/connections", `/devices/${frontDoor.id}`, "/panel"])
      expect(await ask("GET", `/cloud-nodes/${cloudNode.id}${path}`, token)).toMatchObject({
        status: 404,
        body: { code: "cloud_node_unknown" },
      })
    expect(await ask("GET", `/cloud-nodes/shed/devices/${frontDoor.id}`, token)).toMatchObject({
      status: 404,
      body: { code: "object_unknown" },
    })
    expect((await ask("GET", `/rules/${rule.id}`, token)).body).toMatchObject({ devices: [shedDoor.id] })
    expect((await ask("GET", `/rules/${rule.id}`, whole)).body).toMatchObject({ devices: rule.devices })
    expect((await ask("GET", `/holders/${someone.id}`, token)).status).toBe(200)
  })

  it("reports, commands and changes there alone, and nothing that belongs to the whole system", async () => {
    const token = await limited({ cloudNodes: ["shed"] })
    const report = (node: string) => ask("POST", `/cloud-nodes/${node}/reports`, token, [])
    expect([await report("shed"), await report(cloudNode.id)]).toMatchObject([
      { status: 200 },
      { status: 404, body: { code: "cloud_node_unknown" } },
    ])
    const open = (path: string) => ask("POST", `/cloud-nodes/${path}/open`, token, {})
    expect([
      await open("shed/devices/shed-door"),
      await open(`${cloudNode.id}/devices/${frontDoor.id}`),
    ]).toMatchObject([{ body: { code: "cloud_node_away" } }, { body: { code: "cloud_node_unknown" } }])
    expect((await ask("PATCH", "/cloud-nodes/shed", token, { description: "At the back" })).status).toBe(200)
    const refused = [
      await ask("POST", "/cloud-nodes", token, { name: "New", serialNumber: "NEW-1" }),
      await ask("POST", "/groups", token, { name: "Staff" }),
      await ask("PATCH", `/rules/${rule.id}`, token, { devices: [] }),
      await ask("DELETE", `/holders/${someone.id}`, token),
    ]
    for (const each of refused)
      expect(each).toMatchObject({ status: 403, body: { code: "grant_too_narrow" } })
    expect((await ask("PATCH", `/cloud-nodes/${cloudNode.id}`, token, { name: "x" })).status).toBe(404)
  })
})

describe("Whoever has a redacted token", () => {
  it("hears and reads the same pseudonyms, in requests, sentences and the registry", async () => {
    const token = await limited({ redacted: true })
    const listening = await hears(token, "device.request.allowed", "liveEvent")
    const { facilityCode, cardNumber } = someone.credentials[0]!
    await happens({
      ...allowed(),
      body: { deviceId: frontDoor.id, holderId: someone.id, facilityCode, cardNumber },
    })
    const [request, sentence] = await listening.heard.atLeast(2)
    const { body } = await ask("GET", `/holders/${someone.id}`, token)
    const { firstName, lastName, credentials } = body as unknown as Omit<typeof someone, "credentials"> & {
      credentials: readonly { facilityCode: number; cardNumber: number }[]
    }
    const name = `${firstName} ${lastName}`
    expect(name).toMatch(/^Holder [0-9a-f]{12}$/)
    expect(sentence!.event).toMatchObject({ placeholders: [{ id: someone.id, text: name }, {}] })
    expect(request!.event).toMatchObject({
      body: {
        holderId: someone.id,
        facilityCode: String(credentials[0]!.facilityCode),
        cardNumber: String(credentials[0]!.cardNumber),
        holder: { id: someone.id, name, activeDate: null, expireDate: null },
      },
    })
  })

  it("writes and reports nothing, because it could read again what it wrote, and try out every card", async () => {
    const token = await limited({ redacted: true })
    for (const [method, path] of [
      ["POST", "/holders"],
      ["POST", `/holders/${someone.id}/credentials`],
      ["PATCH", `/cloud-nodes/${cloudNode.id}`],
      ["POST", `/cloud-nodes/${cloudNode.id}/panel`],
      ["POST", `/cloud-nodes/${cloudNode.id}/reports`],
    ] as const)
      expect(await ask(method, path, token, {})).toMatchObject({
        status: 403,
        body: { code: "grant_too_narrow" },
      })
  })
})
