import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { clientOf, openServer, registered } from "../test/demo.js"
import type { TestServer } from "../test/server.js"
import { LinkFault, openApiSession } from "./api-session.js"

const holders = `/${registered.systemId}/holders`
const forever = new AbortController().signal

let server: TestServer
beforeEach(async () => void (server = await openServer()))
afterEach(() => server.close())

const asked = (): string[] => server.asked.map(({ method, url }) => `${method} ${url.pathname}`)
const getTokens = ["POST /oauth2/token", `POST /api/systems/${registered.systemId}/token`]

describe("An API session", () => {
  it("trades the secret for an id token and that for a system token, and keeps using it", async () => {
    const ask = openApiSession(clientOf(server), Date.now, forever)
    expect((await ask("GET", holders)).status).toBe(200)
    expect((await ask("GET", holders)).total).toBe(10)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, `GET ${holders}`])
  })

  it("renews its token before it expires", async () => {
    let now = Date.now()
    const ask = openApiSession(clientOf(server), () => now, forever)
    await ask("GET", holders)
    now += 250_000
    expect((await ask("GET", holders)).status).toBe(200)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, ...getTokens, `GET ${holders}`])
  })

  it("renews a token that is refused, and asks again", async () => {
    const ask = openApiSession(clientOf(server), Date.now, forever)
    await ask("GET", holders)
    server.revokeTokens()
    expect((await ask("GET", holders)).status).toBe(200)
    expect(asked()).toEqual([
      ...getTokens,
      `GET ${holders}`,
      `GET ${holders}`,
      ...getTokens,
      `GET ${holders}`,
    ])
  })

  it("does not insist when the new token is refused as well", async () => {
    server.tokenLife = -1
    const ask = openApiSession(clientOf(server), Date.now, forever)
    expect((await ask("GET", holders)).status).toBe(401)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, ...getTokens, `GET ${holders}`])
  })

  it("says that it is not let in, without its secret", async () => {
    const ask = openApiSession({ ...clientOf(server), clientSecret: "not-the-secret" }, Date.now, forever)
    const fault: unknown = await ask("GET", holders).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(LinkFault)
    expect(String(fault)).toBe("LinkFault: The server gives no token (401 invalid_client).")
  })

  it("says why there is no answer", async () => {
    const ask = openApiSession(clientOf(server), Date.now, forever)
    await server.close()
    await expect(ask("GET", holders)).rejects.toThrow("The server cannot be reached (ECONNREFUSED).")
  })

  it("does not wait for an answer for ever", async () => {
    server.troubles = ["hangs"]
    const ask = openApiSession(clientOf(server), Date.now, forever, 200)
    const path = `/${registered.systemId}/cloud-nodes/n/reports`
    await expect(ask("POST", path, [])).rejects.toThrow("The server cannot be reached (ETIMEDOUT).")
  })

  it("takes an address with a path below it, and refuses what is no address", async () => {
    const ask = openApiSession({ ...clientOf(server), url: `${server.url}/below/` }, Date.now, forever)
    await expect(ask("GET", holders)).rejects.toThrow(LinkFault)
    expect(asked()).toEqual(["POST /below/oauth2/token"])
    expect(() => openApiSession({ ...clientOf(server), url: "somewhere" }, Date.now, forever)).toThrow(
      TypeError,
    )
  })
})
