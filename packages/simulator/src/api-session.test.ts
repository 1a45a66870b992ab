import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { silentPath, systemId, TestServer } from "../test/server.js"
import { LinkFault, openApiSession } from "./api-session.js"

const holders = `/${systemId}/holders`
const forever = new AbortController().signal

let server: TestServer
beforeEach(async () => void (server = await TestServer.listen()))
afterEach(() => server.close())

const asked = (): string[] => server.asked.map(({ method, url }) => `${method} ${url.pathname}`)
const getTokens = ["POST /oauth2/token", `POST /api/systems/${systemId}/token`]

describe("An API session", () => {
  it("trades the secret for an id token and that for a system token, and keeps using it", async () => {
    const ask = openApiSession(server.client, Date.now, forever)
    expect((await ask("GET", holders)).status).toBe(200)
    expect((await ask("GET", holders)).total).toBe(10)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, `GET ${holders}`])
  })

  it("renews its token before it expires", async () => {
    let now = Date.now()
    const ask = openApiSession(server.client, () => now, forever)
    await ask("GET", holders)
    now += 250_000
    expect((await ask("GET", holders)).status).toBe(200)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, ...getTokens, `GET ${holders}`])
  })

  it("renews a token that is refused, and asks again", async () => {
    const ask = openApiSession(server.client, Date.now, forever)
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
    const ask = openApiSession(server.client, Date.now, forever)
    expect((await ask("GET", holders)).status).toBe(401)
    expect(asked()).toEqual([...getTokens, `GET ${holders}`, ...getTokens, `GET ${holders}`])
  })

  it("says that it is not let in, without its secret", async () => {
    const ask = openApiSession({ ...server.client, clientSecret: "not-the-secret" }, Date.now, forever)
    const fault: unknown = await ask("GET", holders).catch((error: unknown) => error)
    expect(fault).toBeInstanceOf(LinkFault)
    expect(String(fault)).toBe("LinkFault: The server gives no token (401 invalid_client).")
  })

  it("says why there is no answer", async () => {
    const ask = openApiSession(server.client, Date.now, forever)
    await server.close()
    await expect(ask("GET", holders)).rejects.toThrow("The server cannot be reached (ECONNREFUSED).")
  })

  it("does not wait for an answer for ever", async () => {
    const ask = openApiSession(server.client, Date.now, forever, 200)
    await expect(ask("POST", silentPath, [])).rejects.toThrow("The server cannot be reached (ETIMEDOUT).")
  })

  it("takes an address with a path below it, and refuses what is no address", async () => {
    const ask = openApiSession({ ...server.client, url: `${server.url}/below/` }, Date.now, forever)
    await expect(ask("GET", holders)).rejects.toThrow(LinkFault)
    expect(asked()).toEqual(["POST /below/oauth2/token"])
    expect(() => openApiSession({ ...server.client, url: "somewhere" }, Date.now, forever)).toThrow(TypeError)
  })
})
