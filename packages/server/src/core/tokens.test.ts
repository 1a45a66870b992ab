/** What tokens are good for, by claims, registry and clock. */
import { describe, expect, it } from "vitest"
import { house, type ApiClient, type Change } from "./ports.js"
import { registryOf } from "./registry-of.suite.js"
import {
  clientClaims,
  hasExpired,
  judgeClientToken,
  judgeSystemToken,
  mayEnter,
  systemClaims,
  tokenTypes,
  type Said,
} from "./tokens.js"
import { wholeGrant } from "./verified.js"

const noon = Date.UTC(2026, 10, 23, 12)
const day = 24 * 60 * 60 * 1000
const grace = 30 * day

const created = "2026-01-01T00:00:00.000Z"
const system = (id: string): Change => ({ kind: "system", system: house, value: { id, name: id, created } })
const wall: ApiClient = {
  id: "wall",
  name: "Wall display",
  secretHash: "",
  systems: ["tower", "gone"],
  scopes: ["listen", "report"],
  created,
}
const client = (value: ApiClient): Change => ({ kind: "client", system: house, value })
const town = (as: ApiClient = wall) => registryOf(system("tower"), system("annex"), client(as))

const making = { issuer: "http://doors.test", now: noon, lifetime: 300, id: "1" }
const systemToken = (id = "tower"): Said => ({
  type: tokenTypes.system,
  claims: { ...systemClaims(wall, id, making) },
})
const idToken: Said = { type: tokenTypes.id, claims: { ...clientClaims(wall, wall.id, making) } }
const codeOf = (verdict: object) => ("code" in verdict ? verdict.code : "good")

describe("A system token", () => {
  it("says who may enter which system, for what and until when", () => {
    expect(judgeSystemToken(systemToken(), { registry: town(), now: noon, grace })).toEqual({
      id: "1",
      systemId: "tower",
      clientId: "wall",
      scopes: ["listen", "report"],
      grant: wholeGrant,
      expiresAt: noon + 300_000,
    })
  })

  it("is still good for the rooms to judge when it has expired, until the grace is over", () => {
    const judgedAt = (now: number) =>
      codeOf(judgeSystemToken(systemToken(), { registry: town(), now, grace }))
    expect(judgedAt(noon + 300_000)).toBe("good")
    expect(judgedAt(noon + 300_000 + grace - 1)).toBe("good")
    expect(judgedAt(noon + 300_000 + grace)).toBe("token_expired")
  })

  it("has only the scopes that its client still has", () => {
    const registry = town({ ...wall, scopes: ["listen", "manage"] })
    expect(judgeSystemToken(systemToken(), { registry, now: noon, grace })).toMatchObject({
      scopes: ["listen"],
    })
  })

  it("has only what it was limited to, and of that what its client may have now", () => {
    const said: Said = {
      type: tokenTypes.system,
      claims: { ...systemClaims(wall, "tower", making, { scopes: ["listen"], topics: ["device.alarm.*"] }) },
    }
    const judged = (as: ApiClient) => judgeSystemToken(said, { registry: town(as), now: noon, grace })
    expect(judged(wall)).toMatchObject({
      scopes: ["listen"],
      grant: { ...wholeGrant, topics: expect.arrayContaining(["device.alarm.forced"]) as string[] },
    })
    const narrowed = judged({
      ...wall,
      topics: ["device.alarm.forced"],
      cloudNodes: ["gate"],
      redacted: true,
    })
    expect(narrowed).toMatchObject({
      grant: { topics: ["device.alarm.forced"], cloudNodes: ["gate"], redacted: true },
    })
  })

  it("says what its client may where nothing less is asked for, and stays so when the client may more", () => {
    const claims = { ...systemClaims({ ...wall, redacted: true, cloudNodes: ["gate"] }, "tower", making) }
    const verdict = judgeSystemToken(
      { type: tokenTypes.system, claims },
      { registry: town(), now: noon, grace },
    )
    expect(verdict).toMatchObject({ grant: { topics: null, cloudNodes: ["gate"], redacted: true } })
  })

  it("is refused once its client is gone, or may no longer enter", () => {
    const court = { now: noon, grace }
    const without = registryOf(system("tower"))
    expect(codeOf(judgeSystemToken(systemToken(), { ...court, registry: without }))).toBe("client_revoked")
    const expelled = town({ ...wall, systems: ["annex"] })
    expect(codeOf(judgeSystemToken(systemToken(), { ...court, registry: expelled }))).toBe("client_revoked")
  })

  it("is refused when its system is gone", () => {
    const verdict = judgeSystemToken(systemToken("gone"), { registry: town(), now: noon, grace })
    expect(codeOf(verdict)).toBe("system_unknown")
  })

  it("is malformed where a claim is missing or of another type", () => {
    for (const broken of [
      { sub: 1 },
      { systemId: undefined },
      { scope: ["listen"] },
      { exp: "1" },
      { exp: NaN },
    ]) {
      const said: Said = { type: tokenTypes.system, claims: { ...systemToken().claims, ...broken } }
      expect(codeOf(judgeSystemToken(said, { registry: town(), now: noon, grace }))).toBe("token_malformed")
    }
  })
})

describe("Kinds of token", () => {
  it("are never taken for each other, even where the claims would do", () => {
    const court = { registry: town(), now: noon, grace }
    for (const type of [tokenTypes.id, tokenTypes.access]) {
      expect(codeOf(judgeSystemToken({ ...systemToken(), type }, court))).toBe("token_wrong_kind")
      expect(codeOf(judgeClientToken({ ...idToken, type }, court))).toBe("good")
    }
    expect(codeOf(judgeClientToken({ ...idToken, type: tokenTypes.system }, court))).toBe("token_wrong_kind")
  })

  it("are malformed where there is no such kind", () => {
    for (const type of [undefined, "jwt", 1, "toString"]) {
      const verdict = judgeSystemToken({ ...systemToken(), type }, { registry: town(), now: noon, grace })
      expect(codeOf(verdict)).toBe("token_malformed")
    }
  })
})

describe("An id token", () => {
  it("is its client's until it expires, without a grace", () => {
    const judgedAt = (now: number) => judgeClientToken(idToken, { registry: town(), now })
    expect(judgedAt(noon + 299_999)).toEqual(wall)
    expect(codeOf(judgedAt(noon + 300_000))).toBe("token_expired")
  })

  it("is refused once its client is gone", () => {
    expect(codeOf(judgeClientToken(idToken, { registry: registryOf(), now: noon }))).toBe("client_revoked")
  })
})

describe("A client", () => {
  it("may enter the systems it was let into, as far as they are there", () => {
    const entered = ["tower", "annex", "gone", ""].filter((id) => mayEnter(wall, id, town()))
    expect(entered).toEqual(["tower"])
  })
})

it("A token has expired from its very expiry on", () => {
  expect([noon - 1, noon, noon + 1].map((now) => hasExpired({ expiresAt: noon }, now))).toEqual([
    false,
    true,
    true,
  ])
})
