/** What REST answers where no noun is asked for, and where something breaks. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { givenTheTown, type Given } from "./given.suite.js"

let given: Given
beforeEach(async () => (given = await givenTheTown()))
afterEach(() => given.end())

describe("Whoever asks how the server is", () => {
  it("hears that it lives, and whether it is ready", async () => {
    const health = await given.app.request("/health")
    expect([health.status, await health.json()]).toEqual([200, { status: "live" }])
    expect((await given.app.request("/ready")).status).toBe(200)
    given.world.ready = false
    expect((await given.app.request("/ready")).status).toBe(503)
    expect((await given.app.request("/health")).status).toBe(200)
    expect((await given.app.request("/health", { method: "HEAD" })).status).toBe(200)
  })

  it("hears when the disk is full, which leaves it ready, and when nothing can be written any more, which does not", async () => {
    const ready = async () => {
      const answer = await given.app.request("/ready")
      return [answer.status, await answer.json()]
    }
    given.world.storage = "full"
    expect(await ready()).toEqual([200, { status: "ready", storage: "full" }])
    given.world.storage = "broken"
    expect(await ready()).toEqual([503, { status: "not ready", storage: "broken" }])
  })
})

describe("Whoever opens the address itself", () => {
  it("is told what it is, and which paths there are", async () => {
    const answer = await given.app.request("/")
    expect(answer.status).toBe(200)
    const text = await answer.text()
    expect(text).toContain("/socket.io/")
    expect(text).toContain("/oauth2/token")
  })
})

describe("A request that fits nowhere", () => {
  it.each(["/nothing", "/health/", "/tower/doors", "/api/systems/tower/doors", "/a/b/c/d/e/f", "/%E0%A4%A"])(
    "is refused: %s",
    async (path) => {
      const response = await given.app.request(path)
      expect(response.status).toBe(404)
      expect(await response.json()).toMatchObject({
        code: "not_found",
        message: expect.any(String) as string,
      })
    },
  )

  it.each([
    ["POST", "/health", "GET, HEAD"],
    ["DELETE", "/tower/holders", "GET, HEAD, POST"],
    ["OPTIONS", "/tower/cloud-nodes", "GET, HEAD, POST"],
    ["POST", "/tower/rules/one", "GET, HEAD, PUT, PATCH, DELETE"],
    ["GET", "/oauth2/token", "POST"],
    ["GET", "/tower/cloud-nodes/one/reports", "POST"],
    ["PUT", "/api/systems/tower/token", "POST, DELETE"],
  ])("hears which method would: %s %s", async (method, path, allowed) => {
    const response = await given.app.request(path, { method })
    expect([response.status, response.headers.get("Allow")]).toEqual([405, allowed])
    expect(await response.json()).toMatchObject({ code: "method_not_allowed" })
  })
})

describe("A fault", () => {
  it("is logged once, under the route and without what was sent, and is answered without its words", async () => {
    const headers = await given.bearer()
    given.registry.list = () => {
      throw new Error("the disk is on fire")
    }
    const response = await given.app.request("/tower/holders?token=secret", { headers })
    expect(response.status).toBe(500)
    const said = await response.text()
    expect(JSON.parse(said)).toMatchObject({ code: "fault" })
    expect(said).not.toContain("fire")
    expect(given.logged).toEqual([
      { fault: new Error("the disk is on fire"), what: "GET /:systemId/holders" },
    ])
  })
})
