/** What is particular about people over REST: their PINs, and that they can be erased. And who it is that changes things. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { isPin } from "../tokens/pins.js"
import { givenTheTown, type Given } from "./given.suite.js"

let given: Given
beforeEach(async () => (given = await givenTheTown()))
afterEach(() => given.end())

async function ask(method: string, path: string, body?: object) {
  const response = await given.app.request(`/tower${path}`, {
    method,
    headers: await given.bearer("desk"),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}
const idOf = ({ text }: { text: string }) => (JSON.parse(text) as { id: string }).id

describe("A PIN", () => {
  it("is kept as a hash, never shown, and stays until it is changed or taken away", async () => {
    const made = await ask("POST", "/holders", { firstName: "Ann", pin: "4821" })
    const id = idOf(made)
    const kept = () => given.registry.find("holder", "tower", id)?.pinHash
    expect(await isPin("4821", kept() ?? "")).toBe(true)

    const whole = await ask("PUT", `/holders/${id}`, { firstName: "Anna" })
    expect(await isPin("4821", kept() ?? "")).toBe(true)
    await ask("PATCH", `/holders/${id}`, { pin: "00001234" })
    expect(await isPin("00001234", kept() ?? "")).toBe(true)

    for (const { text } of [made, whole, await ask("GET", `/holders/${id}`), await ask("GET", "/holders")])
      expect(text).not.toMatch(/pin|4821|1234|scrypt/i)
    await ask("PATCH", `/holders/${id}`, { pin: null })
    expect(kept()).toBeUndefined()
  })

  it("that is refused is not said again", async () => {
    const { status, text } = await ask("POST", "/holders", { firstName: "Ann", pin: "12a4" })
    expect([status, text.includes("12a4")]).toEqual([422, false])
  })
})

describe("Somebody who is removed", () => {
  const erased = () => [...given.registry.erased("tower")]

  it("is erased where that is asked for, at once or later", async () => {
    const [ann, bob] = [
      idOf(await ask("POST", "/holders", { firstName: "Ann", externalId: "a" })),
      idOf(await ask("POST", "/holders", { firstName: "Bob" })),
    ]
    expect((await ask("DELETE", "/holders/a?erase=true")).status).toBe(204)
    expect(erased()).toEqual([ann])
    expect((await ask("DELETE", `/holders/${bob}?erase=false`)).status).toBe(204)
    expect(erased()).toEqual([ann])
    expect((await ask("DELETE", `/holders/${bob}?erase=true`)).status).toBe(204)
    expect(erased()).toEqual([ann, bob])
  })

  it("must have been there, and it must be clear what is asked", async () => {
    expect(JSON.parse((await ask("DELETE", "/holders/nobody?erase=true")).text)).toMatchObject({
      code: "object_unknown",
    })
    const id = idOf(await ask("POST", "/holders", { firstName: "Ann" }))
    expect((await ask("DELETE", `/holders/${id}?erase=maybe`)).status).toBe(400)
    expect(given.registry.find("holder", "tower", id)?.firstName).toBe("Ann")
  })
})

describe("Who changes a system", () => {
  it("is named in the events that it causes by the API client's id and name", async () => {
    await ask("POST", "/cloud-nodes", { name: "Gate", serialNumber: "1" })
    const [event] = given.registry.appended.flatMap(({ events }) => events)
    expect(JSON.parse(event!.text)).toMatchObject({ metadata: { userId: "desk", userName: "The desk" } })
  })
})

describe("Who asks often", () => {
  it("is told on every answer what is left, and refused when that is nothing", async () => {
    given.world.allowance = { limit: 2000, remaining: 7, reset: 3 }
    const left = ({ headers }: { headers: Headers }) =>
      ["Limit", "Remaining", "Reset"].map((name) => headers.get(`X-RateLimit-${name}`))
    expect(left(await ask("GET", "/holders"))).toEqual(["2000", "7", "3"])
    expect(left(await ask("GET", "/holders/none"))).toEqual(["2000", "7", "3"])
    const later = { code: "too_many_requests", retryAfter: 1 } as const
    given.world.allowance = { limit: 2000, remaining: 0, reset: 10, later }
    const refused = await ask("POST", "/holders", { firstName: "Ann" })
    expect([refused.status, refused.headers.get("Retry-After"), ...left(refused)]).toEqual([
      429,
      "1",
      "2000",
      "0",
      "10",
    ])
    given.world.allowance = { limit: Infinity, remaining: Infinity, reset: 0 }
    expect(left(await ask("GET", "/holders"))).toEqual([null, null, null])
  })
})

describe("The systems that a token is good for", () => {
  const systems = async (token: string, path = "") => {
    const headers = { Authorization: `Bearer ${token}` }
    const response = await given.app.request(`/api/systems${path}`, { headers })
    return [response.status, await response.json()]
  }
  const tower = { id: "tower", name: "tower", created: "2026-01-01T00:00:00.000Z" }

  it("are shown for an id token, an access token and a system token, and no others", async () => {
    const client = given.registry.find("client", "", "ear")!
    for (const token of [
      await given.tokens.issueIdToken(client),
      await given.tokens.issueAccessToken(client),
      await given.tokens.issueSystemToken(client, "tower"),
    ]) {
      expect(await systems(token)).toEqual([200, [tower]])
      expect(await systems(token, "/tower")).toEqual([200, tower])
      expect(await systems(token, "/annex")).toMatchObject([403, { code: "system_not_allowed" }])
      expect(await systems(token, "/nowhere")).toMatchObject([403, { code: "system_not_allowed" }])
    }
    expect(await systems("nonsense")).toMatchObject([401, { code: "token_malformed" }])
  })

  it("are not shown for a token that has expired", async () => {
    const client = given.registry.find("client", "", "ear")!
    const token = await given.tokens.issueSystemToken(client, "tower")
    given.world.now += 301_000
    expect(await systems(token)).toMatchObject([401, { code: "token_expired" }])
  })
})
