/** What REST answers to who creates, changes and removes, whatever the noun. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { givenTheTown, publicUrl, type Given } from "./given.suite.js"
import { declaredIn } from "./route.js"

type Json = Record<string, unknown>

let given: Given
beforeEach(async () => (given = await givenTheTown()))
afterEach(() => given.end())

async function ask(method: string, path: string, body?: unknown, headers: object = {}, client = "desk") {
  const response = await given.app.request(`/tower${path}`, {
    method,
    headers: { ...(await given.bearer(client)), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  const json = (text === "" ? {} : JSON.parse(text)) as Json
  return { status: response.status, json, text, header: (name: string) => response.headers.get(name) }
}

/** Creates one of each noun, each in its own place. */
async function build() {
  const make = async (path: string, body: object) => {
    const { status, json } = await ask("POST", path, body)
    expect([path, status]).toEqual([path, 201])
    return String(json["id"])
  }
  const node = await make("/cloud-nodes", { name: "Gate", serialNumber: "1", externalId: "gate" })
  const panel = await make("/cloud-nodes/gate/connections", { name: "Panel", type: "usb", externalId: "p" })
  const door = await make("/cloud-nodes/gate/devices", { name: "Door", connection: { id: panel }, port: 1 })
  const group = await make("/groups", { name: "Staff", externalId: "staff" })
  const holder = await make("/holders", { firstName: "Ann", groups: ["staff"], externalId: "ann" })
  const card = await make("/holders/ann/credentials", { facilityCode: 7, cardNumber: "007", externalId: "k" })
  const rule = await make("/rules", { name: "Days", type: "access", groups: ["staff"], devices: [door] })
  return { node, panel, door, group, holder, card, rule }
}

describe("An object of any noun", () => {
  const places = [
    ["cloud-nodes", "node"],
    ["cloud-nodes/gate/connections", "panel"],
    ["cloud-nodes/gate/devices", "door"],
    ["groups", "group"],
    ["holders", "holder"],
    ["holders/ann/credentials", "card"],
    ["rules", "rule"],
  ] as const

  it.each(places)("is made, listed, read, changed, written anew and removed: %s", async (path, which) => {
    const id = (await build())[which]
    const at = `/${path}/${id}`
    const read = await ask("GET", at)
    expect([read.status, read.json["id"]]).toEqual([200, id])
    const list = JSON.parse((await ask("GET", `/${path}`)).text) as Json[]
    expect(list.map((each) => each["id"])).toContain(id)

    const changed = await ask("PATCH", at, { externalId: "renamed" })
    expect([changed.status, changed.json]).toEqual([200, { ...read.json, externalId: "renamed" }])
    expect((await ask("GET", `/${path}/renamed`)).text).toBe(changed.text)

    const {
      id: _,
      created: __,
      credentials: ___,
      syncStatus: ____,
      connectionStatus: _____,
      ...whole
    } = read.json
    const { externalId: ______, ...unnamed } = whole
    const anew = await ask("PUT", at, unnamed)
    expect([anew.status, "externalId" in anew.json, anew.json["id"]]).toEqual([200, false, id])
    expect(anew.json).toMatchObject(unnamed)

    const removed = await ask("DELETE", at)
    expect([removed.status, removed.text]).toEqual([204, ""])
    const code = which === "node" ? "cloud_node_unknown" : "object_unknown"
    for (const [method, body] of [["GET"], ["PATCH", {}], ["PUT", whole], ["DELETE"]] as const)
      expect(await ask(method, at, body)).toMatchObject({ status: 404, json: { code } })
  })

  it("is answered with where it is and its version when it is made", async () => {
    const made = await ask("POST", "/groups", { name: "Staff" })
    expect(made.status).toBe(201)
    expect(made.header("Location")).toBe(`${publicUrl}/tower/groups/${String(made.json["id"])}`)
    const read = await ask("GET", `/groups/${String(made.json["id"])}`)
    expect([read.text, read.header("ETag")]).toEqual([made.text, made.header("ETag")])
    expect(read.header("ETag")).toMatch(/^"[\w-]{27}"$/)
  })

  it("is looked for where the path says, and nowhere else", async () => {
    const { door, card } = await build()
    await ask("POST", "/cloud-nodes", { name: "Other", serialNumber: "2", externalId: "other" })
    await ask("POST", "/holders", { firstName: "Bob", externalId: "bob" })
    expect((await ask("GET", `/cloud-nodes/other/devices/${door}`)).json["code"]).toBe("object_unknown")
    expect((await ask("GET", `/holders/bob/credentials/${card}`)).json["code"]).toBe("object_unknown")
    expect((await ask("GET", "/cloud-nodes/none/devices")).json["code"]).toBe("cloud_node_unknown")
    expect((await ask("POST", "/holders/none/credentials", { facilityCode: 1, cardNumber: 1 })).status).toBe(
      404,
    )
  })

  it("is read by who may do anything in the system, and written by who may manage it", async () => {
    const { holder } = await build()
    expect((await ask("GET", "/holders", undefined, {}, "ear")).status).toBe(200)
    for (const [method, path, body] of [
      ["POST", "/holders", { firstName: "Eve" }],
      ["PATCH", `/holders/${holder}`, { firstName: "Eve" }],
      ["PUT", `/holders/${holder}`, { firstName: "Eve" }],
      ["DELETE", `/holders/${holder}`],
    ] as const)
      expect(await ask(method, path, body, {}, "ear")).toMatchObject({
        status: 403,
        json: { code: "scope_missing" },
      })
    expect((await ask("GET", `/holders/${holder}`)).json["firstName"]).toBe("Ann")
  })
})

describe("What is told of the routes", () => {
  it("says of each that writes what it reads, and which scope it takes", () => {
    const written = declaredIn(given.app).filter(({ told }) => told.scope === "manage")
    expect(
      written.map(({ method, path }) => `${method} ${path}`).filter((each) => each.includes("rules")),
    ).toEqual([
      "POST /:systemId/rules",
      "PUT /:systemId/rules/:id",
      "PATCH /:systemId/rules/:id",
      "DELETE /:systemId/rules/:id",
    ])
    expect(written).toHaveLength(7 * 4 + 2)
    for (const { method, told } of written) expect(told.body === undefined).toBe(method === "DELETE")
  })
})

describe("A version", () => {
  it("that is known is not sent again", async () => {
    const { group } = await build()
    const tag = (await ask("GET", `/groups/${group}`)).header("ETag")!
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, "*"]) {
      const again = await ask("GET", `/groups/${group}`, undefined, { "If-None-Match": known })
      expect([known, again.status, again.text, again.header("ETag")]).toEqual([known, 304, "", tag])
    }
    expect((await ask("GET", `/groups/${group}`, undefined, { "If-None-Match": '"other"' })).status).toBe(200)
  })

  it.each(["PATCH", "PUT", "DELETE"])("that is no longer so stands in the way of %s", async (method) => {
    const { group } = await build()
    const at = `/groups/${group}`
    const old = (await ask("GET", at)).header("ETag")!
    const fresh = (await ask("PATCH", at, { name: "Crew" })).header("ETag")!
    expect(fresh).not.toBe(old)
    for (const stale of [old, `W/${fresh}`, "nonsense", ""])
      expect(await ask(method, at, { name: "Lost" }, { "If-Match": stale })).toMatchObject({
        status: 412,
        json: { code: "precondition_failed" },
      })
    expect((await ask("GET", at)).json["name"]).toBe("Crew")
    const good = await ask(method, at, { name: "Won" }, { "If-Match": `"x", ${fresh}` })
    expect(good.status).toBe(method === "DELETE" ? 204 : 200)
  })
})

describe("A body", () => {
  it.each<[string, unknown, string, number]>([
    ["is no JSON", "{", "json_malformed", 400],
    ["is empty", "", "json_malformed", 400],
    ["is an array", [{ name: "Staff" }], "object_invalid", 422],
    ["has a field too many", { name: "Staff", id: "mine" }, "object_invalid", 422],
    ["is too long", { name: "x".repeat(256 * 1024) }, "body_too_large", 413],
  ])("that %s changes nothing", async (_, body, code, status) => {
    expect(await ask("POST", "/groups", body)).toMatchObject({ status, json: { code } })
    expect((await ask("GET", "/groups")).header("X-Total-Count")).toBe("0")
  })

  it("that names what is not there, or takes a name twice, changes nothing", async () => {
    await build()
    const rule = { name: "Stray", type: "access", devices: ["nowhere"] }
    expect((await ask("POST", "/rules", rule)).json).toMatchObject({ code: "reference_unknown" })
    expect((await ask("POST", "/groups", { name: "Twice", externalId: "staff" })).json).toMatchObject({
      code: "external_id_taken",
    })
    const twice = { facilityCode: 1, cardNumber: 1, externalId: "k" }
    expect((await ask("POST", "/holders/ann/credentials", twice)).json).toMatchObject({
      code: "external_id_taken",
    })
    expect((await ask("POST", "/cloud-nodes", { name: "N", serialNumber: "1" })).json).toMatchObject({
      code: "serial_number_taken",
    })
    expect((await ask("GET", "/rules")).header("X-Total-Count")).toBe("1")
  })

  it("is not written where the disk is full, but people can be removed from it", async () => {
    const { holder } = await build()
    given.world.storage = "full"
    expect(await ask("POST", "/groups", { name: "More" })).toMatchObject({
      status: 503,
      json: { code: "storage_full" },
    })
    expect((await ask("DELETE", `/holders/${holder}?erase=true`)).status).toBe(204)
  })

  it("that cannot be written is said to be lost, and the fault is told once", async () => {
    given.registry.change = () => Promise.reject(new Error("the disk is on fire"))
    const refused = await ask("POST", "/groups", { name: "Staff" })
    expect([refused.status, refused.json["code"]]).toEqual([503, "storage_fault"])
    expect(given.logged).toHaveLength(1)
  })
})
