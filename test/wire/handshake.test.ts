/** Who is let in, who is not, and that the reason can be read by every client. PROTOCOL §2. */
import { generateKeyPair, SignJWT, decodeJwt, decodeProtectedHeader } from "jose"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { allowed, openHouse, otherSystemId, systemId, type House } from "../support/house.js"
import { clients, listen, listenRaw, versions, Heard, type Version } from "../support/listeners.js"

let house: House
let token: string
beforeAll(async () => {
  house = await openHouse()
  token = await house.token()
})
afterAll(() => house.close())

/** The same token, signed by a key that is not the server's. */
async function forge(): Promise<string> {
  const { privateKey } = await generateKeyPair("EdDSA")
  const { alg, kid, typ } = decodeProtectedHeader(token)
  return new SignJWT(decodeJwt(token))
    .setProtectedHeader({ alg: alg!, kid: kid!, typ: typ! })
    .sign(privateKey)
}

const bad: Readonly<Record<string, () => Promise<{ query: string; code: string }>>> = {
  "no token": async () => ({ query: `systemId=${systemId}`, code: "token_missing" }),
  "a token that is none": async () => ({ query: `systemId=${systemId}&token=abc`, code: "token_malformed" }),
  "a token cut short": async () => ({
    query: `systemId=${systemId}&token=${token.slice(0, -9)}`,
    code: "token_malformed",
  }),
  "a token signed by somebody else": async () => ({
    query: `systemId=${systemId}&token=${await forge()}`,
    code: "token_forged",
  }),
  "another system's token": async () => ({
    query: `systemId=${systemId}&token=${await house.token(otherSystemId)}`,
    code: "system_mismatch",
  }),
  "a system that is not there": async () => ({
    query: `systemId=nowhere&token=${token}`,
    code: "system_mismatch",
  }),
}

/** What a Socket.IO client is told, in its version's own way. */
function refusalTold(version: Version, query: string): Promise<{ code: string; message: string }> {
  const socket = clients[version](`${house.url}?${query}`, { forceNew: true, reconnection: false })
  const told = new Promise<{ code: string; message: string }>((resolve) => {
    if (version === "2.5")
      socket.on("error", (refusal: { code: string; message: string }) => resolve(refusal))
    else
      socket.on("connect_error", (error: Error & { data: { code: string; message: string } }) =>
        resolve(error.data),
      )
  })
  return told.finally(() => socket.close())
}

for (const [what, make] of Object.entries(bad))
  describe(`A connection with ${what}`, () => {
    for (const version of versions)
      it(`is refused so that socket.io-client ${version} can read why`, async () => {
        const { query, code } = await make()
        const refusal = await refusalTold(version, query)
        expect(refusal.code).toBe(code)
        expect(refusal.message).toMatch(/\w+\. .*\.$/)
      })

    it("is refused with a 44 and then closed when it is a raw one", async () => {
      const { query, code } = await make()
      const raw = await listenRaw(house.url, query)
      await raw.closed
      const refusal = raw.frames.all.find((frame) => frame.startsWith("44"))
      expect(JSON.parse(refusal!.slice(2))).toMatchObject({ code })
      expect(raw.frames.all).not.toContain("40")
    })
  })

describe("A client that was refused", () => {
  it("of version 4 does not try again", async () => {
    const socket = clients["4.8"](`${house.url}?token=abc`, { forceNew: true, reconnectionDelay: 1 })
    const attempts = new Heard<string>()
    const manager = socket.io as unknown as { on(name: string, hear: () => void): void }
    manager.on("reconnect_attempt", () => attempts.add("again"))
    await new Promise<void>((resolve) => socket.on("connect_error", () => resolve()))
    const listener = await listen(house.url, token, ["device.request.allowed"])
    await house.report(allowed())
    await listener.heard.atLeast(1)
    expect(attempts.all).toEqual([])
    expect((socket as unknown as { active: boolean }).active).toBe(false)
    listener.close()
    socket.close()
  })
})

describe("A token whose API client may not listen", () => {
  it("is refused, naming the scope", async () => {
    const reportersHouse = await openHouse({ clientScopes: ["report"] })
    const raw = await listenRaw(reportersHouse.url, `token=${await reportersHouse.token()}`)
    await raw.closed
    expect(raw.frames.all.join()).toContain('"scope_missing"')
    await reportersHouse.close()
  })
})

describe("A connection with an expired token", () => {
  it("is let in, hears nothing but invalidToken, and heals when it renews", async () => {
    const own = await openHouse({ options: { reminderEvery: 50 } })
    const old = await own.token()
    own.advance(86_400_000)
    const listener = await listen(own.url, old, ["device.request.allowed"])
    await own.report([allowed(), allowed()])
    // Told at once at the subscription, and again and again, whether or not something happens.
    const reminded = await listener.heard.atLeast(4)
    expect(new Set(reminded.map(({ topic }) => topic))).toEqual(new Set(["invalidToken"]))
    expect(reminded[0]!.event["reason"]).toBe("token_expired")

    listener.socket.emit("renewedToken", { token: await own.token() })
    const heard = await listener.heard.until(
      (all) => all.at(-1)!.topic !== "invalidToken" && all.at(-2)!.topic !== "invalidToken",
    )
    expect(heard.filter(({ topic }) => topic === "device.request.allowed")).toHaveLength(2)
    listener.close()
    await own.close()
  })

  it("is refused when it expired longer ago than the grace", async () => {
    const own = await openHouse()
    const old = await own.token()
    own.advance(31 * 86_400_000)
    const raw = await listenRaw(own.url, `token=${old}`)
    await raw.closed
    expect(raw.frames.all.join()).toContain('"token_expired"')
    await own.close()
  })
})
