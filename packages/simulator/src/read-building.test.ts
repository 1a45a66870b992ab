import type { Device, Holder, Rule } from "@doorstream/contract"
import { afterEach, describe, expect, it } from "vitest"
import { clientOf, openServer, registered } from "../test/demo.js"
import type { Registered, TestServer } from "../test/server.js"
import { openApiSession, type Answer, type Ask } from "./api-session.js"
import { demoBuilding } from "./demo-building.js"
import { readBuilding } from "./read-building.js"

let server: TestServer | undefined
afterEach(() => server?.close())

const read = async (particular: Partial<Registered> = {}) => {
  server = await openServer(particular)
  return readBuilding(
    openApiSession(clientOf(server), Date.now, new AbortController().signal),
    registered.systemId,
  )
}

describe("Reading a building", () => {
  it("gives the doors, the controllers and the people as the server has them", async () => {
    const [plan, ...others] = await read()
    expect(others).toEqual([])
    expect(plan?.cloudNodeId).toBe(demoBuilding.cloudNode.id)
    expect(plan?.devices).toEqual(demoBuilding.devices)
    expect(plan?.cloudNodes).toEqual([{ id: demoBuilding.cloudNode.id, timezone: "UTC" }])
    expect(plan?.connections).toEqual(
      demoBuilding.connections.map(({ id, cloudNodeId }) => ({ id, cloudNodeId })),
    )
    expect(plan?.holders).toEqual(
      demoBuilding.holders.map(({ email: _, ...holder }) => ({ ...holder, groups: [] })),
    )
  })

  it("reads page after page until it has all", async () => {
    const many = <T extends { id: string }>(count: number, one: T): T[] =>
      Array.from({ length: count }, (_, index) => ({ ...one, id: `number-${index}` }))
    const [plan] = await read({
      devices: many(250, demoBuilding.devices[0] as Device),
      holders: many(100, demoBuilding.holders[0] as Holder),
    })
    expect(plan?.devices.map(({ id }) => id)).toEqual(
      Array.from({ length: 250 }, (_, index) => `number-${index}`),
    )
    expect(plan?.holders).toHaveLength(100)
  })

  it("gives one plan for each cloud node that has doors", async () => {
    const empty = { ...demoBuilding.cloudNode, id: "empty" }
    const second = { ...demoBuilding.cloudNode, id: "second" }
    const devices = [
      ...demoBuilding.devices,
      { ...(demoBuilding.devices[0] as Device), id: "d", cloudNodeId: "second" },
    ]
    const plans = await read({ cloudNodes: [demoBuilding.cloudNode, empty, second], devices })
    expect(plans.map(({ cloudNodeId }) => cloudNodeId)).toEqual([demoBuilding.cloudNode.id, "second"])
    expect(plans[1]?.devices.map(({ id }) => id)).toEqual(["d"])
  })

  it("fills in what a device leaves out, and takes card numbers that are numbers", async () => {
    const bodies: Record<string, unknown> = {
      "/s/holders": [
        { id: "h", firstName: "Jo", credentials: [{ id: "c", facilityCode: 77, cardNumber: 26858 }] },
      ],
      "/s/rules": [{ id: "r", groups: ["g"], recurring: ["Mon", "Noday"] }],
      "/s/cloud-nodes": [{ id: "n" }],
      "/s/cloud-nodes/n/devices": [{ id: "d", name: "Gate", dwell: 0 }],
    }
    const ask: Ask = async (_, path): Promise<Answer> => {
      const [name = "", query] = path.split("?")
      const body = query?.startsWith("page=0") ? bodies[name] : []
      return { status: 200, body, total: undefined, retryAfter: undefined }
    }
    const [plan] = await readBuilding(ask, "s")
    expect(plan?.devices[0]).toMatchObject({ id: "d", connectionId: "", dwell: 30, dps: false, rex: false })
    expect(plan?.connections).toEqual([])
    expect(plan?.rules).toMatchObject([
      { type: "access", allow: true, groups: ["g"], devices: [], stopTime: "24:00", recurring: ["Mon"] },
    ])
    expect(plan?.holders[0]).toMatchObject({
      enabled: true,
      expireDate: null,
      credentials: [{ id: "c", facilityCode: "77", cardNumber: "26858" }],
    })
  })

  it("takes the system's rules where it has any, and no others", async () => {
    const rules = [{ ...demoBuilding.rules[1], id: "own", startTime: "08:00", allow: false }] as Rule[]
    const [plan] = await read({ rules })
    expect(plan?.rules).toEqual(rules)
  })

  it("lets the demo's doors follow the demo's rules, and lets everybody in at others, for want of rules", async () => {
    const another = { ...(demoBuilding.devices[0] as Device), id: "another" }
    const [plan] = await read({ devices: [...demoBuilding.devices, another] })
    expect(plan?.rules.slice(0, -1)).toEqual(demoBuilding.rules)
    expect(plan?.rules.at(-1)).toMatchObject({
      devices: ["another"],
      holders: demoBuilding.holders.map(({ id }) => id),
    })
  })

  it("says what is refused", async () => {
    const ask: Ask = async () => ({
      status: 403,
      body: { code: "scope_missing", message: "The token lacks the scope for this." },
      total: undefined,
      retryAfter: undefined,
    })
    await expect(readBuilding(ask, "s")).rejects.toThrow(
      "GET /s/holders is refused (403 scope_missing: The token lacks the scope for this.).",
    )
  })
})
