/** The operator port: who may come in, and what is refused there. docs/operator.md. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ask } from "../support/ask.js"
import { doorstream } from "../support/command.js"
import { clientId, openHouse, requestIdToken, requestToken, systemId, type House } from "../support/house.js"
import { makeClient, operate, portOf, type MadeClient } from "../support/operator.js"

let house: House
let url: string
let janitor: MadeClient
beforeAll(async () => {
  house = await openHouse({ operatorPort: 0, metricsPort: 0, clientScopes: ["listen", "report"] })
  url = portOf(house)
  janitor = await makeClient(house, [], "operate")
})
afterAll(() => house.close())

async function met(path: string, token?: string, options: RequestInit = {}) {
  const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch(url + path, { headers, ...options })
  const body = (await response.json()) as Record<string, unknown>
  return { status: response.status, code: body["code"], body, headers: response.headers }
}

const accessToken = async ({ id, secret }: MadeClient) =>
  (await requestIdToken(house.url, id, secret)).access_token

describe("The operator port", () => {
  it("answers an access token of a client that may operate, whatever systems it may enter", async () => {
    const { status, body } = await met("/systems", await accessToken(janitor))
    expect([status, body]).toEqual([200, expect.arrayContaining([expect.objectContaining({ id: systemId })])])
  })

  it("answers a system token with the scope, and tells the audit who asked, from where", async () => {
    const { id, secret } = await makeClient(house, [systemId], "listen", "operate")
    const token = await requestToken(house.url, systemId, id, secret)
    const made = await met("/systems", token, {
      method: "POST",
      body: '{"name":"Made over the port"}',
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(made.status).toBe(201)
    const audit = await operate<{ records: object[] }>(house, "GET", `/audit?who=${id}`)
    expect(audit.body.records).toEqual([
      expect.objectContaining({
        by: { id, name: "listen operate", from: "127.0.0.1" },
        system: made.body["id"],
        deeds: [{ what: "system.created", id: made.body["id"], now: { name: "Made over the port" } }],
      }),
    ])
  })

  it("refuses whoever shows no token, or one that is for something else", async () => {
    expect(await met("/systems")).toMatchObject({ status: 401, code: "token_missing" })
    expect((await met("/systems")).headers.get("www-authenticate")).toBe("Bearer")
    expect(await met("/systems", "guessed")).toMatchObject({ status: 401, code: "token_malformed" })
    const listening = await house.token()
    expect(await met("/systems", listening)).toMatchObject({ status: 403, code: "scope_missing" })
    const { access_token } = await requestIdToken(house.url)
    expect(await met("/clients", access_token)).toMatchObject({ status: 403, code: "scope_missing" })
    const { body } = await operate<readonly { id: string }[]>(house, "GET", "/clients")
    expect(body.map(({ id }) => id)).not.toContain(clientId)
  })

  it("refuses a token at once whose client has lost the scope, or is revoked", async () => {
    const gone = await makeClient(house, [systemId], "operate")
    const [system, access] = [
      await requestToken(house.url, systemId, gone.id, gone.secret),
      await accessToken(gone),
    ]
    await operate(house, "PATCH", `/clients/${gone.id}`, { scopes: ["listen"] })
    for (const token of [system, access])
      expect(await met("/systems", token)).toMatchObject({ status: 403, code: "scope_missing" })
    await operate(house, "DELETE", `/clients/${gone.id}`)
    for (const token of [system, access])
      expect(await met("/systems", token)).toMatchObject({ status: 401, code: "client_revoked" })
  })

  it("refuses a system token that has expired", async () => {
    const own = await openHouse({ operatorPort: 0 })
    const token = await own.token()
    own.advance(301_000)
    const headers = { Authorization: `Bearer ${token}` }
    const answer = await fetch(`${portOf(own)}/systems`, { headers })
    expect([answer.status, await answer.json()]).toEqual([
      401,
      expect.objectContaining({ code: "token_expired" }),
    ])
    await own.close()
  })

  it("answers only names of this machine, so that no page reaches it by a name of its own", async () => {
    const headers = { Host: "rebound.example", Authorization: `Bearer ${await accessToken(janitor)}` }
    const { statusCode, text } = await ask(`${url}/systems`, { headers })
    expect([statusCode, JSON.parse(text)]).toEqual([
      421,
      expect.objectContaining({ code: "host_not_allowed" }),
    ])
  })

  it("tells browsers what its answers are not for, and no page that it may read them", async () => {
    const { headers } = await met("/status", await accessToken(janitor), {})
    expect(headers.get("x-content-type-options")).toBe("nosniff")
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'")
    const origin = { Origin: "https://elsewhere.example", "Access-Control-Request-Method": "GET" }
    const preflight = await ask(`${url}/systems`, { method: "OPTIONS", headers: origin })
    expect(preflight.statusCode).toBe(401)
    expect(preflight.headers["access-control-allow-origin"]).toBeUndefined()
  })

  it("shares nothing with what is scraped: no metrics there, no operator here", async () => {
    expect(await met("/metrics", await accessToken(janitor))).toMatchObject({ code: "not_found" })
    const { fields } = house.told.find(({ text }) => text === "metrics")!
    const scraped = `http://127.0.0.1:${(fields as { port: number }).port}`
    expect((await fetch(`${scraped}/systems`)).status).toBe(404)
  })

  it("reads no more of a body than it needs", async () => {
    const token = await accessToken(janitor)
    const body = JSON.stringify({ name: "x".repeat(70_000) })
    const headers = { Authorization: `Bearer ${token}` }
    expect(await met("/systems", token, { method: "POST", body, headers })).toMatchObject({
      status: 413,
      code: "body_too_large",
    })
  })

  it("is there only where it was asked for", async () => {
    const own = await openHouse()
    expect(own.told.filter(({ text }) => text === "operator")).toEqual([])
    await own.close()
  })

  it("is what the command asks where it is told so", async () => {
    const environment = {
      DOORSTREAM_OPERATOR_URL: url,
      DOORSTREAM_OPERATOR_TOKEN: await accessToken(janitor),
    }
    const { code, out } = await doorstream(["system", "list", "--json"], environment).ended
    expect(code).toBe(0)
    expect(
      out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ).toContainEqual(expect.objectContaining({ id: systemId }))
    const { DOORSTREAM_OPERATOR_TOKEN: _, ...without } = environment
    expect((await doorstream(["system", "list"], without).ended).err).toContain("DOORSTREAM_OPERATOR_TOKEN")
  })
})
