/** What the operator may ask, and what is refused. */
import { beforeEach, describe, expect, it } from "vitest"
import { house } from "../core/ports.js"
import { registryOf, type RegistryForTests } from "../core/registry-of.suite.js"
import { openChanges } from "../intake/change.js"
import type { OperatorDeps } from "./deps.js"
import { operatorApp, type OperatorApp } from "./app.js"

const noon = Date.UTC(2026, 10, 23, 12)
const created = "2026-11-23T12:00:00.000Z"
const none = () => Promise.reject(new Error("There are no letters here."))
const noLetters: OperatorDeps["letters"] = {
  standing: () => ({ count: 0, bytes: 0, dropped: 0 }),
  totals: () => ({ count: 0, dropped: 0 }),
  find: () => undefined,
  list: () => ({ letters: [], next: null }),
  drop: none,
  replay: none,
  redact: none,
}
let app: OperatorApp
let registry: RegistryForTests
let logged: unknown[]
let revoked: string[]

beforeEach(() => {
  registry = registryOf()
  logged = []
  revoked = []
  let made = 0
  app = operatorApp({
    registry,
    changeSystem: openChanges({ registry, now: () => noon, freshId: () => "fresh" }),
    audit: { read: () => ({ records: [], next: null }), forget: () => Promise.resolve() },
    letters: noLetters,
    names: { list: () => [], find: () => undefined, forget: () => Promise.resolve(false) },
    past: {
      read: () => Promise.resolve({ rows: [], next: 1, first: 1 }),
      extent: () => Promise.resolve({ epoch: "epoch", first: 1, last: 0 }),
    },
    required: {
      find: () => undefined,
      list: () => [],
      require: () => Promise.resolve(),
      unrequire: () => Promise.resolve(false),
    },
    revokeToken: ({ id }) => Promise.resolve(void revoked.push(id)),
    knowsClient: () => false,
    now: () => noon,
    freshId: () => `id-${++made}`,
    rotateKeys: () => Promise.resolve("new-key"),
    backup: (to) => (to === "/backups/one" ? Promise.resolve(4096) : Promise.reject(new Error("no space"))),
    newSecret: () => ({ secret: "shown once", secretHash: "kept" }),
    process: { version: "1.2.3", pid: 7, started: noon - 61_500 },
    log: (fault, what) => logged.push({ fault, what }),
  })
})

const get = async (path: string) => (await app.request(path)).json()
const post = async (path: string, body: unknown) => {
  const response = await app.request(path, {
    method: "POST",
    body: typeof body === "string" ? body : JSON.stringify(body),
  })
  return [response.status, (await response.json()) as Record<string, unknown>] as const
}

describe("An operator", () => {
  it("revokes a token by its id, and by nothing that is none", async () => {
    const id = "c9daad36-df91-447e-b199-363e425c3084"
    const answer = await app.request(`/tokens/${id}`, { method: "DELETE" })
    expect([answer.status, await answer.json(), revoked]).toEqual([200, { id }, [id]])
    for (const word of ["one", "not%20one", id.slice(1)]) {
      const refused = await app.request(`/tokens/${word}`, { method: "DELETE" })
      expect([word, refused.status, revoked]).toEqual([word, 400, [id]])
    }
  })

  it("makes systems and lists them", async () => {
    const tower = { id: "id-1", name: "Tower", created }
    expect(await post("/systems", { name: " Tower " })).toEqual([201, tower])
    expect(await get("/systems")).toEqual([tower])
  })

  it("makes an API client and is shown its secret once; only a hash is kept", async () => {
    await post("/systems", { name: "Tower" })
    const shown = { id: "id-2", name: "Wall", systems: ["id-1"], scopes: ["listen", "report"], created }
    const wish = { name: "Wall", systems: ["id-1", "id-1"], scopes: ["report", "listen", "report"] }
    expect(await post("/clients", wish)).toEqual([201, { ...shown, secret: "shown once" }])
    expect(await get("/clients")).toEqual([shown])
    expect(registry.find("client", house, "id-2")).toEqual({ ...shown, secretHash: "kept" })
  })

  it("makes a client that may only listen, unless more is asked for", async () => {
    await post("/systems", { name: "Tower" })
    const [, client] = await post("/clients", { name: "Wall", systems: ["id-1"] })
    expect(client).toMatchObject({ scopes: ["listen"] })
  })

  it("makes a backup, and hears why there is none", async () => {
    expect(await post("/backups", { to: "/backups/one" })).toEqual([201, { to: "/backups/one", bytes: 4096 }])
    const [status, refusal] = await post("/backups", { to: "/full" })
    expect([status, refusal["code"], refusal["message"]]).toEqual([
      400,
      "request_invalid",
      expect.stringContaining("no space"),
    ])
    expect(logged).toEqual([{ fault: new Error("no space"), what: "making a backup" }])
  })

  it("sees which process is there, and for how many seconds", async () => {
    expect(await get("/status")).toEqual({
      version: "1.2.3",
      pid: 7,
      uptime: 61,
      deadLetters: { count: 0, dropped: 0 },
    })
  })

  it.each<[string, string, unknown, number, string, string]>([
    ["no JSON", "/systems", "{", 400, "json_malformed", "JSON"],
    ["no body", "/clients", "", 400, "json_malformed", "JSON"],
    ["no object", "/systems", [], 400, "request_invalid", "JSON object"],
    ["no name", "/systems", {}, 400, "request_invalid", "name"],
    ["an empty name", "/clients", { name: " ", systems: ["id-1"] }, 400, "request_invalid", "name"],
    ["a name that is not one line", "/systems", { name: "Two\nlines" }, 400, "request_invalid", "name"],
    ["a name without end", "/systems", { name: "x".repeat(201) }, 400, "request_invalid", "name"],
    ["no system", "/clients", { name: "W" }, 400, "request_invalid", "systems"],
    ["an empty list of systems", "/clients", { name: "W", systems: [] }, 400, "request_invalid", "systems"],
    ["a system that is no text", "/clients", { name: "W", systems: [1] }, 400, "request_invalid", "systems"],
    [
      "an unknown system",
      "/clients",
      { name: "W", systems: ["id-1", "elsewhere"] },
      404,
      "system_unknown",
      "elsewhere",
    ],
    [
      "an unknown scope",
      "/clients",
      { name: "W", systems: ["id-1"], scopes: ["all"] },
      400,
      "request_invalid",
      "scopes",
    ],
    ["a backup to nowhere", "/backups", {}, 400, "request_invalid", "to is"],
    ["a backup to some place", "/backups", { to: "here" }, 400, "request_invalid", "to is"],
    ["no scope", "/clients", { name: "W", systems: ["id-1"], scopes: [] }, 400, "request_invalid", "scopes"],
  ])(
    "is refused for %s, by what is wrong, and nothing is made",
    async (_, path, body, status, code, named) => {
      await post("/systems", { name: "Tower" })
      const [answered, refusal] = await post(path, body)
      expect([answered, refusal["code"]]).toEqual([status, code])
      expect(refusal["message"]).toContain(named)
      expect(registry.list("client", house)).toEqual([])
      expect(registry.list("system", house)).toHaveLength(1)
    },
  )

  it("hears of a fault without its words, which are logged once", async () => {
    registry.change = () => Promise.reject(new Error("no space left"))
    const [status, refusal] = await post("/systems", { name: "Tower" })
    expect([status, refusal["code"]]).toEqual([500, "fault"])
    expect(logged).toEqual([{ fault: new Error("no space left"), what: "POST /systems for the operator" }])
    expect((await app.request("/none")).status).toBe(404)
  })
})
