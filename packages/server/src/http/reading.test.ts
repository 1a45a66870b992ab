/** What a reporter reads over REST, and its paging. */
import type { CloudNode, Connection, Device, Holder } from "@doorstream/contract"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { created, givenTheTown, publicUrl, type Given } from "./given.suite.js"

let given: Given
beforeEach(async () => (given = await givenTheTown()))
afterEach(() => given.end())

const node: CloudNode = {
  id: "one",
  name: "Gate house",
  serialNumber: "1234ABC",
  timezone: "Europe/Madrid",
  cardFormat: [],
  created,
}
const connection: Connection = { id: "c", cloudNodeId: "one", name: "Panel", type: "ethernet", created }
const device: Device = {
  id: "d",
  cloudNodeId: "one",
  connectionId: "c",
  name: "Door",
  port: 1,
  type: "primaryReader",
  dwell: 30,
  propDelay: 300,
  delay: 0,
  dps: true,
  rex: true,
  propAlarm: true,
  forcedAlarm: true,
  autoOpenAfterFirstAllow: false,
  created,
}
const holder = (id: string): Holder => ({
  id,
  firstName: "John",
  lastName: "Wiegand",
  enabled: true,
  activeDate: null,
  expireDate: null,
  credentials: [
    { id: "k", facilityCode: "77", cardNumber: "26858" },
    { id: "l", facilityCode: "007", cardNumber: "99999999999999999999" },
  ],
})

const read = async (path: string) => given.app.request(path, { headers: await given.bearer("ear") })

describe("A system", () => {
  it("shows its cloud nodes", async () => {
    await given.registry.put([{ kind: "cloudNode", system: "tower", value: node }])
    const response = await read("/tower/cloud-nodes")
    const connectionStatus = { connected: false, details: {} }
    const syncStatus = { synced: false, details: {} }
    expect(await response.json()).toEqual([{ ...node, syncStatus, connectionStatus }])
    expect(response.headers.get("X-Total-Count")).toBe("1")
  })

  it("shows since when a cloud node is there, or is not", async () => {
    const value = { id: node.id, connected: true, timestamp: 1_736_178_427_241 }
    await given.registry.put([
      { kind: "cloudNode", system: "tower", value: node },
      { kind: "presence", system: "tower", value },
    ])
    const connectionStatus = { connected: true, details: { timestamp: value.timestamp } }
    expect(await (await read(`/tower/cloud-nodes/${node.id}`)).json()).toMatchObject({ connectionStatus })
  })

  it("shows how far a cloud node is with its sync", async () => {
    const { id } = node
    await given.registry.put([{ kind: "cloudNode", system: "tower", value: node }])
    const shows = async (status: "pending" | "started" | "synced") => {
      await given.registry.put([{ kind: "sync", system: "tower", value: { id, status, timestamp: 7 } }])
      const shown = (await (await read(`/tower/cloud-nodes/${id}`)).json()) as { syncStatus: object }
      return shown.syncStatus
    }
    expect(await shows("pending")).toEqual({
      synced: false,
      details: { timestamp: 7, dataFlowStatus: "Pending" },
    })
    expect(await shows("started")).toEqual({
      synced: false,
      details: { timestamp: 7, dataFlowStatus: "Started" },
    })
    expect(await shows("synced")).toEqual({ synced: true, details: { timestamp: 7 } })
  })

  it("shows the devices of one cloud node, each with its connection", async () => {
    await given.registry.put([
      { kind: "cloudNode", system: "tower", value: node },
      { kind: "connection", system: "tower", value: connection },
      { kind: "device", system: "tower", value: device },
      { kind: "device", system: "tower", value: { ...device, id: "e", cloudNodeId: "two" } },
    ])
    const { cloudNodeId: _, connectionId: __, ...shown } = device
    expect(await (await read("/tower/cloud-nodes/one/devices")).json()).toEqual([
      { ...shown, connection: { id: "c", name: "Panel", type: "ethernet" } },
    ])
    expect((await read("/tower/cloud-nodes/two/devices")).status).toBe(404)
  })

  it("shows its holders, with whole numbers for what is on their cards where nothing is lost by it", async () => {
    await given.registry.put([{ kind: "holder", system: "tower", value: holder("h") }])
    expect(await (await read("/tower/holders")).json()).toEqual([
      {
        ...holder("h"),
        groups: [],
        credentials: [
          { id: "k", facilityCode: 77, cardNumber: 26858 },
          { id: "l", facilityCode: "007", cardNumber: "99999999999999999999" },
        ],
      },
    ])
  })

  it.each(["cloud-nodes", "cloud-nodes/one/devices", "holders"])(
    "does not show %s without a token of it",
    async (noun) => {
      expect((await given.app.request(`/tower/${noun}`)).status).toBe(401)
      expect((await read(`/annex/${noun}`)).status).toBe(403)
    },
  )
})

describe("A long list", () => {
  beforeEach(() =>
    given.registry.put(
      Array.from({ length: 25 }, (_, index) => ({
        kind: "holder" as const,
        system: "tower",
        value: holder(`h${index}`),
      })),
    ),
  )
  const page = async (query: string) => {
    const response = await read(`/tower/holders${query}`)
    const ids = ((await response.json()) as { id: string }[]).map(({ id }) => id)
    return { ids, total: response.headers.get("X-Total-Count"), link: response.headers.get("Link") }
  }
  const linksTo = (pages: Record<string, number>, perPage = 10) =>
    Object.entries(pages)
      .map(([rel, at]) => `<${publicUrl}/tower/holders?page=${at}&per_page=${perPage}>; rel="${rel}"`)
      .join(", ")

  it("comes in pages of ten, with links to the others by the public address", async () => {
    const { ids, total, link } = await page("")
    expect([ids.length, ids[0], total]).toEqual([10, "h0", "25"])
    expect(link).toBe(linksTo({ first: 0, next: 1, last: 2 }))
  })

  it("comes in the pages that are asked for", async () => {
    expect(await page("?page=2&per_page=12")).toEqual({
      ids: ["h24"],
      total: "25",
      link: linksTo({ first: 0, prev: 1, last: 2 }, 12),
    })
    expect((await page("?per_page=100")).link).toBe(linksTo({ first: 0, last: 0 }, 100))
  })

  it("is empty beyond its end, with a link back", async () => {
    expect(await page("?page=9")).toEqual({
      ids: [],
      total: "25",
      link: linksTo({ first: 0, prev: 2, last: 2 }),
    })
  })

  it.each([
    "page=-1",
    "page=x",
    "page=",
    "page=1.5",
    "per_page=0",
    "per_page=101",
    "per_page=ten",
    "page=1e9",
  ])("is refused with %s, by the name of the value", async (query) => {
    const response = await read(`/tower/holders?${query}`)
    const { code, message } = (await response.json()) as { code: string; message: string }
    expect([response.status, code]).toEqual([400, "request_invalid"])
    expect(message).toContain(`${query.split("=")[0]} is a whole number`)
  })
})
