/** Tokens issued, verified and forged. */
import { createHmac, generateKeyPairSync, randomUUID, sign } from "node:crypto"
import { topicNames } from "@doorstream/contract"
import { CompactSign } from "jose"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { mostGrantedNodes } from "../core/grants.js"
import { house, type ApiClient } from "../core/ports.js"
import { registryOf, type RegistryForTests } from "../core/registry-of.suite.js"
import { openIssuer } from "./issue.js"
import { openKeys, type Keys } from "./keys.js"
import { wholeGrant } from "../core/verified.js"
import { openVerifier } from "./verify.js"

const noon = Date.UTC(2026, 10, 23, 12)
const created = "2026-01-01T00:00:00.000Z"
const wall: ApiClient = {
  id: "wall",
  name: "Wall display",
  secretHash: "",
  systems: ["tower"],
  scopes: ["listen", "report"],
  created,
}

let folder: string
let keys: Keys
let registry: RegistryForTests
let now: number

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doorstream-tokens-"))
  keys = await openKeys(folder, () => noon)
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  now = noon
  registry = registryOf(
    { kind: "system", system: house, value: { id: "tower", name: "Tower", created } },
    { kind: "client", system: house, value: wall },
  )
})

let made = 0
const issuer = () =>
  openIssuer({
    keys,
    publicUrl: () => "http://doors.test",
    now: () => now,
    systemTokenLifetime: 300,
    freshId: () => `id ${++made}`,
  })
const revoked = new Set<string>()
const verifier = (with_: Keys = keys) =>
  openVerifier({
    keys: with_,
    registry,
    now: () => now,
    grace: 1000,
    isRevoked: (id) => revoked.has(id),
  })
const codeOf = (verdict: object) => ("code" in verdict ? verdict.code : "good")

type Json = Readonly<Record<string, unknown>>
const part = (value: Json) => Buffer.from(JSON.stringify(value)).toString("base64url")
const readPart = (token: string, index: number) =>
  JSON.parse(Buffer.from(token.split(".")[index] ?? "", "base64url").toString()) as Json

describe("A system token", () => {
  it("fits into a URL, whatever it is limited to", async () => {
    const cloudNodes = Array.from({ length: mostGrantedNodes }, () => randomUUID())
    const limits = { scopes: wall.scopes, topics: topicNames, cloudNodes, redacted: true } as const
    const token = await issuer().issueSystemToken(wall, "tower", limits)
    expect(token.length).toBeLessThan(8192)
    expect(await verifier().verifySystemToken(token)).toMatchObject({ grant: { cloudNodes } })
  })

  it("is good at the server that issued it", async () => {
    const token = await issuer().issueSystemToken(wall, "tower")
    expect(await verifier().verifySystemToken(token)).toEqual({
      id: readPart(token, 1)["jti"],
      systemId: "tower",
      clientId: "wall",
      scopes: ["listen", "report"],
      grant: wholeGrant,
      expiresAt: noon + 300_000,
    })
    expect(readPart(token, 1)).toMatchObject({
      iss: "http://doors.test",
      sub: "wall",
      scope: "listen report",
    })
  })

  it("is never the same twice", async () => {
    const { issueSystemToken } = issuer()
    expect(await issueSystemToken(wall, "tower")).not.toBe(await issueSystemToken(wall, "tower"))
  })

  it("that is remembered is judged anew each time, by the clock and by the registry", async () => {
    const token = await issuer().issueSystemToken(wall, "tower")
    const { verifySystemToken } = verifier()
    expect(codeOf(await verifySystemToken(token))).toBe("good")
    now = noon + 301_000
    expect(codeOf(await verifySystemToken(token))).toBe("token_expired")
    now = noon
    registry.forget("client", house, "wall")
    expect(codeOf(await verifySystemToken(token))).toBe("client_revoked")
  })

  it("is checked against a key only once", async () => {
    const token = await issuer().issueSystemToken(wall, "tower")
    let asked = 0
    const counting: Keys = { ...keys, find: (kid) => (asked++, keys.find(kid)) }
    const { verifySystemToken } = verifier(counting)
    for (let use = 0; use < 3; use++) await verifySystemToken(token)
    expect(asked).toBe(1)
  })

  it("does not pass for an id token, nor an id or access token for it", async () => {
    const { issueIdToken, issueAccessToken, issueSystemToken } = issuer()
    const { verifyClientToken, verifySystemToken } = verifier()
    expect(codeOf(await verifyClientToken(await issueSystemToken(wall, "tower")))).toBe("token_wrong_kind")
    expect(codeOf(await verifySystemToken(await issueIdToken(wall)))).toBe("token_wrong_kind")
    expect(codeOf(await verifySystemToken(await issueAccessToken(wall)))).toBe("token_wrong_kind")
  })
})

describe("What our own key has signed and is no token", () => {
  const whenNever = { sub: "wall", systemId: "tower", scope: "listen", jti: "one", exp: 8.65e12 }
  it.each([
    ["null", "null"],
    ["a number", "1"],
    ["no JSON", "{"],
    ["nothing", ""],
    ["a list", "[]"],
    ["an expiry that no date is", JSON.stringify(whenNever)],
    ["an id that is no text", JSON.stringify({ ...whenNever, exp: noon / 1000 + 1, jti: 1 })],
    ["topics that are no list", JSON.stringify({ ...whenNever, exp: noon / 1000 + 1, topics: {} })],
  ])("is malformed: %s", async (_, claims) => {
    const header = { alg: "EdDSA", typ: "system+jwt", kid: keys.newest.kid }
    const token = await new CompactSign(Buffer.from(claims)).setProtectedHeader(header).sign(keys.newest.sign)
    expect(codeOf(await verifier().verifySystemToken(token))).toBe("token_malformed")
  })
})

describe("An id token", () => {
  it("names its client as its audience, an access token the server", async () => {
    const { issueIdToken, issueAccessToken } = issuer()
    const [idToken, accessToken] = [await issueIdToken(wall), await issueAccessToken(wall)]
    expect(readPart(idToken, 1)).toMatchObject({ sub: "wall", aud: "wall", exp: noon / 1000 + 300 })
    expect(readPart(accessToken, 1)).toMatchObject({ sub: "wall", aud: "http://doors.test" })
    const { verifyClientToken } = verifier()
    expect(await verifyClientToken(idToken)).toEqual(wall)
    expect(await verifyClientToken(accessToken)).toEqual(wall)
  })
})

describe("A token that this server did not sign", () => {
  const forge = async (header: Json, signatureOf: (data: string) => Uint8Array | string) => {
    const token = await issuer().issueSystemToken(wall, "tower")
    const data = `${part({ ...readPart(token, 0), ...header })}.${token.split(".")[1]}`
    return `${data}.${Buffer.from(signatureOf(data)).toString("base64url")}`
  }
  const publicKey = () => keys.published().keys[0]?.x ?? ""
  const stranger = generateKeyPairSync("ed25519").privateKey

  it.each<[string, () => Promise<string>]>([
    ["with alg none", () => forge({ alg: "none" }, () => "")],
    ["with no signature", () => forge({}, () => "")],
    [
      "with the public key as an HMAC secret",
      () => {
        return forge({ alg: "HS256" }, (data) => createHmac("sha256", publicKey()).update(data).digest())
      },
    ],
    ["with our key's id and another key", () => forge({}, (data) => sign(null, Buffer.from(data), stranger))],
    [
      "with another key's id",
      () => forge({ kid: "theirs" }, (data) => sign(null, Buffer.from(data), stranger)),
    ],
    ["with no key's id", () => forge({ kid: undefined }, (data) => sign(null, Buffer.from(data), stranger))],
    [
      "with a key of its own in the header",
      () => {
        const jwk = generateKeyPairSync("ed25519").publicKey.export({ format: "jwk" })
        return forge({ jwk, kid: undefined }, (data) => sign(null, Buffer.from(data), stranger))
      },
    ],
    [
      "with claims that were changed",
      async () => {
        const [header, , signature] = (await issuer().issueSystemToken(wall, "tower")).split(".")
        return [header, part({ sub: "wall", systemId: "annex" }), signature].join(".")
      },
    ],
  ])("%s is forged", async (_, make) => {
    expect(codeOf(await verifier().verifySystemToken(await make()))).toBe("token_forged")
  })

  it("is not remembered as good because its signature is that of a good one", async () => {
    const token = await issuer().issueSystemToken(wall, "tower")
    const { verifySystemToken } = verifier()
    await verifySystemToken(token)
    const [header, , signature] = token.split(".")
    const changed = [header, part({ ...readPart(token, 1), sub: "else" }), signature].join(".")
    expect(codeOf(await verifySystemToken(changed))).toBe("token_forged")
  })

  it("is refused although it is another Doorstream's", async () => {
    const theirs = await openKeys(join(folder, "theirs"), () => noon)
    const token = await issuer().issueSystemToken(wall, "tower")
    expect(codeOf(await verifier(theirs).verifySystemToken(token))).toBe("token_forged")
  })
})

describe("What is no token", () => {
  it.each(["", ".", "..", "...", "a.b", "a.b.c", "é.é.é", "bnVsbA.e30.AA", "null", "x".repeat(100_000)])(
    "is malformed: %.20s",
    async (text) => {
      expect(codeOf(await verifier().verifySystemToken(text))).toBe("token_malformed")
    },
  )

  it("is malformed when it is longer than is looked at, even with a good signature", async () => {
    const token = await issuer().issueSystemToken({ ...wall, id: "x".repeat(8192) }, "tower")
    expect(codeOf(await verifier().verifySystemToken(token))).toBe("token_malformed")
  })
})
