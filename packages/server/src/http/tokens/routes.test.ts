/** The way from an API client to a system token, as clients go it. */
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from "jose"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { house } from "../../core/ports.js"
import { aClient, givenTheTown, noon, publicUrl, type Given } from "../given.suite.js"

let given: Given
beforeEach(async () => (given = await givenTheTown()))
afterEach(() => given.end())

type Json = Readonly<Record<string, unknown>>
const json = async (response: Response) => (await response.json()) as Json

const basic = (pair: string) => ({ Authorization: `Basic ${Buffer.from(pair).toString("base64")}` })
const wall = basic("wall:wall-secret")
const grant = "grant_type=client_credentials"
const form = { "Content-Type": "application/x-www-form-urlencoded" }
const ask = (body: string, headers: Record<string, string> = wall) =>
  given.app.request("/oauth2/token", { method: "POST", body, headers: { ...form, ...headers } })

describe("The discovery document", () => {
  it("names the token endpoint and the keys, by the public address whatever the Host header says", async () => {
    const response = await given.app.request("http://evil.test/.well-known/openid-configuration")
    expect(await response.json()).toMatchObject({
      issuer: publicUrl,
      token_endpoint: `${publicUrl}/oauth2/token`,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      id_token_signing_alg_values_supported: ["EdDSA"],
    })
  })

  it("leads to the keys with which an id token can be checked", async () => {
    const { jwks_uri } = await json(await given.app.request("/.well-known/openid-configuration"))
    const keys = (await json(await given.app.request(new URL(jwks_uri as string).pathname))) as object
    const { id_token } = await json(await ask(grant))
    const { payload } = await jwtVerify(id_token as string, createLocalJWKSet(keys as JSONWebKeySet), {
      issuer: publicUrl,
      audience: "wall",
      currentDate: new Date(noon),
    })
    expect(payload.sub).toBe("wall")
  })
})

describe("POST /oauth2/token", () => {
  it("answers an API client with an id token and an access token for five minutes", async () => {
    const response = await ask(grant)
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"])
    const text = expect.any(String) as string
    expect(await response.json()).toEqual({
      token_type: "Bearer",
      access_token: text,
      id_token: text,
      expires_in: 300,
    })
  })

  it("takes the client's id and secret from the form as well, and from an encoded header", async () => {
    const odd = aClient("a:b c", { secretHash: aClient("x").secretHash })
    await given.registry.put([{ kind: "client", system: house, value: odd }])
    expect((await ask(`${grant}&client_id=wall&client_secret=wall-secret`, {})).status).toBe(200)
    expect((await ask(grant, basic("a%3Ab+c:x-secret"))).status).toBe(200)
  })

  it("takes an id and a secret with a percent sign that was not encoded", async () => {
    await given.registry.put([{ kind: "client", system: house, value: aClient("100%") }])
    expect((await ask(grant, basic("100%:100%-secret"))).status).toBe(200)
  })

  it.each<[string, string, Record<string, string>]>([
    ["a wrong secret", grant, basic("wall:wrong")],
    ["no secret", grant, basic("wall:")],
    ["an unknown client", grant, basic("nobody:wall-secret")],
    ["no colon", grant, basic("wall")],
    ["no base64", grant, { Authorization: "Basic ???" }],
    ["another scheme", grant, { Authorization: "Bearer abc" }],
    ["nothing at all", grant, {}],
    ["nothing at all, not even a grant type", "", {}],
    ["an id without a secret in the form", `${grant}&client_id=wall`, {}],
  ])("refuses %s as invalid_client", async (_, body, headers) => {
    const response = await ask(body, headers)
    expect(response.status).toBe(401)
    expect(response.headers.get("WWW-Authenticate")).toMatch(/^Basic /)
    expect(await response.json()).toMatchObject({ error: "invalid_client" })
  })

  it.each([
    ["", 400, "invalid_request"],
    ['{"grant_type":"client_credentials"}', 400, "invalid_request"],
    [`${grant}&${grant}`, 400, "invalid_request"],
    [`${grant}&client_id=wall&client_secret=wall-secret`, 400, "invalid_request"],
    ["grant_type=password", 400, "unsupported_grant_type"],
    [`${grant}&x=${"x".repeat(65_536)}`, 413, "invalid_request"],
  ])("refuses the form %.60s", async (body, status, error) => {
    const response = await ask(body)
    expect([response.status, ((await response.json()) as Json)["error"]]).toEqual([status, error])
  })
})

describe("POST /api/systems/{systemId}/token", () => {
  const trade = async (system = "tower", init: RequestInit = {}, kind = "id_token") => {
    const token = (await json(await ask(grant)))[kind] as string
    return given.app.request(`/api/systems/${system}/token`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      ...init,
    })
  }

  it.each(["id_token", "access_token"])(
    "trades the %s for a system token and answers nothing else",
    async (kind) => {
      const response = await trade("tower", {}, kind)
      expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"])
      const { token, ...rest } = await json(response)
      expect(rest).toEqual({})
      expect(await given.tokens.verifySystemToken(token as string)).toMatchObject({
        systemId: "tower",
        clientId: "wall",
      })
    },
  )

  it.each(["{}", '{"ttl":1}', "null", "[", "\xff", " "])("takes any body: %j", async (body) => {
    expect((await trade("tower", { body })).status).toBe(200)
  })

  it("limits the token to what the body asks for, and to what the client may", async () => {
    const { token } = await json(
      await trade("tower", { body: '{"topics":["sync.*"],"redacted":true,"ttl":1}' }),
    )
    expect(await given.tokens.verifySystemToken(token as string)).toMatchObject({
      grant: { topics: ["sync.not_synced", "sync.synced"], cloudNodes: null, redacted: true },
    })
    for (const [body, status, code] of [
      ['{"scopes":["manage"]}', 403, "grant_exceeded"],
      ['{"topics":"sync.*"}', 422, "grant_invalid"],
      ['{"cloudNodes":["none"]}', 422, "grant_invalid"],
    ] as const) {
      const response = await trade("tower", { body })
      expect([response.status, (await json(response))["code"]]).toEqual([status, code])
    }
  })

  it("does not take a body without an end", async () => {
    const response = await trade("tower", { body: "x".repeat(65_537) })
    expect([response.status, (await json(response))["code"]]).toEqual([413, "body_too_large"])
  })

  it("does not tell a system that may not be entered from one that is not there", async () => {
    const [annex, none] = [await trade("annex"), await trade("none")]
    expect([annex.status, none.status]).toEqual([403, 403])
    expect(await annex.json()).toEqual(await none.json())
  })

  it.each<[string, string, () => Promise<string> | string]>([
    ["none", "token_missing", () => ""],
    ["one of another scheme", "token_missing", () => wall.Authorization],
    ["one that is no token", "token_malformed", () => "Bearer abc"],
    ["a system token", "token_wrong_kind", async () => (await given.bearer()).Authorization],
    [
      "one of a client that is gone",
      "client_revoked",
      async () => {
        return `Bearer ${await given.tokens.issueIdToken(aClient("gone"))}`
      },
    ],
    [
      "one that has expired",
      "token_expired",
      async () => {
        const token = await given.tokens.issueIdToken(aClient("wall"))
        given.world.now = noon + 300_000
        return `Bearer ${token}`
      },
    ],
  ])("answers 401 where the id token is %s", async (_, code, authorization) => {
    const headers = { Authorization: await authorization() }
    const response = await given.app.request("/api/systems/tower/token", { method: "POST", headers })
    expect([response.status, (await json(response))["code"]]).toEqual([401, code])
    expect(response.headers.get("WWW-Authenticate")).toMatch(/^Bearer/)
  })
})
