/** Commands over REST, up to the door of whoever has cloud nodes do them. */
import { commandNames, refuse, type RefusalCode } from "@doorstream/contract"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Change } from "../../core/ports.js"
import { aClient, created, givenTheTown, type Given } from "../given.suite.js"

const system = "tower"
const town = [
  { kind: "client", system: "", value: aClient("porter", { name: "The porter", scopes: ["command"] }) },
  {
    kind: "cloudNode",
    system,
    value: { id: "north", name: "North", serialNumber: "1", timezone: "UTC", cardFormat: [], created },
  },
  {
    kind: "device",
    system,
    value: { id: "gate", externalId: "main gate", name: "Gate", cloudNodeId: "north" },
  },
  { kind: "holder", system, value: { id: "ann", externalId: "employee 7", credentials: [] } },
] as unknown as readonly Change[]

let given: Given
let asked: unknown[]
beforeEach(async () => {
  given = await givenTheTown()
  await given.registry.put(town)
  asked = []
  given.world.command = (...order) => {
    asked.push(order)
    return Promise.resolve(undefined)
  }
})
afterEach(() => given.end())

const post = async (
  command: string,
  body?: string,
  { client = "porter", path = "/tower/cloud-nodes/north/devices/gate" } = {},
): Promise<Response> =>
  given.app.request(`${path}/${command}`, {
    method: "POST",
    headers: await given.bearer(client),
    ...(body === undefined ? {} : { body }),
  })
const said = async (response: Response): Promise<unknown[]> => {
  const text = await response.text()
  return [response.status, text === "" ? "" : (JSON.parse(text) as { code: string }).code]
}

const by = { id: "porter", name: "The porter", from: "unknown" }

describe("A command over REST", () => {
  it("goes to the cloud node with ids alone and with who asked, and is answered 204 when it has answered", async () => {
    const bodies: Readonly<Record<string, string>> = { "virtual-read": '{"holderId":"employee 7"}' }
    for (const name of commandNames)
      expect(
        await said(await post(name, bodies[name], { path: "/tower/cloud-nodes/north/devices/main%20gate" })),
      ).toEqual([204, ""])
    expect(asked).toEqual(
      commandNames.map((command) => [
        "tower",
        "north",
        { deviceId: "gate", command, ...(command === "virtual-read" ? { holderId: "ann" } : {}) },
        by,
      ]),
    )
  })

  it("may have an empty object as its body, or nothing, and a dwell where it opens for a while", async () => {
    for (const body of [undefined, "", "{}", '{"dwell":null}', '{"dwell":50}'])
      expect(await said(await post("try-open", body))).toEqual([204, ""])
    const dwells = asked.map((order) => (order as { dwell?: number }[])[2]!.dwell)
    expect(dwells).toEqual([undefined, undefined, undefined, undefined, 50])
  })

  it.each([
    ["try-open", '{"dwell":0}', 422, "object_invalid"],
    ["try-open", '{"dwell":5401}', 422, "object_invalid"],
    ["try-open", '{"dwell":"long"}', 422, "object_invalid"],
    ["open", '{"dwell":5}', 422, "object_invalid"],
    ["open", "[]", 422, "object_invalid"],
    ["open", "null", 422, "object_invalid"],
    ["open", " ", 400, "json_malformed"],
    ["open", "{", 400, "json_malformed"],
    ["open", `{"a":${"[".repeat(99)}`, 400, "json_too_deep"],
    ["open", " ".repeat(4097), 413, "body_too_large"],
    ["virtual-read", undefined, 422, "object_invalid"],
    ["virtual-read", '{"holderId":"nobody"}', 422, "reference_unknown"],
  ])("is refused with a bad body: %s %s", async (command, body, status, code) => {
    expect(await said(await post(command, body))).toEqual([status, code])
    expect(asked).toEqual([])
  })

  it("is refused without its scope, for another system, and for what is not there", async () => {
    expect(await said(await post("open", "", { client: "desk" }))).toEqual([403, "scope_missing"])
    for (const [path, status, code] of [
      ["/annex/cloud-nodes/north/devices/gate", 403, "system_mismatch"],
      ["/tower/cloud-nodes/south/devices/gate", 404, "cloud_node_unknown"],
      ["/tower/cloud-nodes/north/devices/hatch", 404, "object_unknown"],
    ] as const)
      expect(await said(await post("open", "", { path }))).toEqual([status, code])
    expect(await said(await post("explode"))).toEqual([404, "not_found"])
    expect(asked).toEqual([])
  })

  it.each<[RefusalCode, number, string | null]>([
    ["cloud_node_away", 503, "10"],
    ["command_not_spoken", 409, null],
    ["command_refused", 409, null],
    ["command_unanswered", 504, null],
    ["too_many_commands", 429, "1"],
    ["storage_fault", 503, "10"],
  ])("is answered with why it was not done: %s", async (code, status, retryAfter) => {
    given.world.command = () => Promise.resolve(refuse(code))
    const response = await post("open")
    expect(response.headers.get("retry-after")).toBe(retryAfter)
    expect(await said(response)).toEqual([status, code])
  })
})
