/**
 * The way in which the vendor's own JavaScript client works, step by step: it discovers the server, checks the id token
 * against the published keys, asks what systems there are, trades for a system token and listens with that alone.
 */
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import {
  clientId,
  clientSecret,
  doorReport,
  openHouse,
  otherSystemId,
  systemId,
  type House,
} from "../support/house.js"
import { clients, Heard, versions } from "../support/listeners.js"

let house: House
beforeAll(async () => (house = await openHouse()))
afterAll(() => house.close())

interface Discovered {
  readonly issuer: string
  readonly token_endpoint: string
  readonly jwks_uri: string
}

const jsonOf = async <T>(response: Response): Promise<T> => (await response.json()) as T

async function enter() {
  const discovered = await jsonOf<Discovered>(await fetch(`${house.url}/.well-known/openid-configuration`))
  const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)
  const granted = await fetch(discovered.token_endpoint, {
    method: "POST",
    headers: { Authorization: `Basic ${basic.toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "openid" }),
  })
  const tokens = await jsonOf<{
    id_token: string
    access_token: string
    token_type: string
    expires_in: number
  }>(granted)
  return { discovered, tokens }
}

describe("The vendor's own way of working", () => {
  it("finds the server by discovery, and an id token that the published keys have signed", async () => {
    const { discovered, tokens } = await enter()
    expect(discovered.issuer).toBe(house.url)
    expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 300 })
    const keys = createRemoteJWKSet(new URL(discovered.jwks_uri))
    const { payload } = await jwtVerify(tokens.id_token, keys, {
      issuer: discovered.issuer,
      audience: clientId,
    })
    expect(payload.sub).toBe(clientId)
    expect(decodeProtectedHeader(tokens.id_token).alg).toBe("EdDSA")
  })

  it("reads its systems with the id token or the access token", async () => {
    const { tokens } = await enter()
    for (const token of [tokens.id_token, tokens.access_token]) {
      const headers = { Authorization: `Bearer ${token}` }
      const list = await jsonOf<{ id: string }[]>(await fetch(`${house.url}/api/systems`, { headers }))
      expect(list.map(({ id }) => id)).toEqual([systemId, otherSystemId])
      const one = await fetch(`${house.url}/api/systems/${systemId}`, { headers })
      expect([one.status, await one.json()]).toEqual([200, list[0]])
    }
  })

  const bodies: readonly [string, RequestInit][] = [
    ["no body", {}],
    ["an empty body", { body: "" }],
    [
      "a JSON body",
      { body: JSON.stringify({ dataIsolation: true }), headers: { "Content-Type": "application/json" } },
    ],
  ]
  it.each(bodies)("gets a system token with %s", async (_, request) => {
    const { tokens } = await enter()
    const headers = { ...(request.headers as object), Authorization: `Bearer ${tokens.id_token}` }
    const path = `${house.url}/api/systems/${systemId}/token`
    const answer = await fetch(path, { ...request, method: "POST", headers })
    expect(answer.status).toBe(200)
    const body = await jsonOf<{ token: string }>(answer)
    expect(Object.keys(body)).toEqual(["token"])
    const { payload } = await jwtVerify(
      body.token,
      createRemoteJWKSet(new URL(`${house.url}/.well-known/jwks.json`)),
    )
    expect(payload).toMatchObject({ sub: clientId, systemId })
  })

  it.each(versions)(
    "listens with the token alone, without systemId: socket.io-client %s",
    async (version) => {
      const token = await house.token()
      const socket = clients[version](house.url, { forceNew: true, query: { token } })
      const heard = new Heard<Record<string, unknown>>()
      socket.on("device.input.rex.on", (event: Record<string, unknown>) => heard.add(event))
      await new Promise<void>((resolve) => socket.on("connect", () => resolve()))
      await new Promise<void>((resolve) =>
        socket.emit("subscribeIsolated", { topics: ["device.input.rex.on"] }, () => resolve()),
      )
      await house.report(doorReport("device.input.rex.on"))
      const [event] = await heard.atLeast(1)
      expect(event).toMatchObject({ topic: "device.input.rex.on" })
      socket.close()
    },
  )
})
