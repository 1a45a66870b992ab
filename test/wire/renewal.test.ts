/** Tokens that lapse while listening, and what renewal brings. PROTOCOL §4. */
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { allowed, doorReport, openHouse, otherSystemId, type House, type Report } from "../support/house.js"
import { listen, type Listening } from "../support/listeners.js"

let house: House
let listener: Listening
beforeEach(async () => {
  house = await openHouse()
  listener = await listen(house.url, await house.token(), ["device.request.allowed", "device.input.rex.on"])
})
afterEach(async () => {
  listener.close()
  await house.close()
})

const lapse = (): void => house.advance(301_000)
const renew = (token: string): unknown => listener.socket.emit("renewedToken", { token })
const topicsHeard = (): string[] => listener.heard.all.map(({ topic }) => topic)
const timesHeard = (): unknown[] =>
  listener.heard.all.filter(({ topic }) => topic !== "invalidToken").map(({ event }) => event["occurred"])

describe("invalidToken", () => {
  it("comes once in the place of each subscribed event, and says why and since when", async () => {
    lapse()
    await house.report([allowed(), doorReport("device.input.rex.off"), doorReport("device.input.rex.on")])
    const heard = await listener.heard.atLeast(2)
    expect(topicsHeard()).toEqual(["invalidToken", "invalidToken"])
    expect(heard[0]!.event).toEqual({ reason: "token_expired", expiredAt: expect.any(Number) as number })
  })
})

describe("renewedToken with a good token", () => {
  it("brings what was missed, once, in order, before anything newer", async () => {
    lapse()
    const missed = [allowed(), doorReport("device.input.rex.on"), allowed()]
    await house.report(missed)
    await listener.heard.atLeast(3)
    renew(await house.token())
    const newer = allowed()
    await house.report(newer)
    await listener.heard.atLeast(7)
    expect(timesHeard()).toEqual([...missed, newer].map(({ occurred }) => occurred))
  })

  it("brings thousands that were missed while more keep coming, none lost, none twice", async () => {
    lapse()
    const batch = (): Report[] => Array.from({ length: 1000 }, allowed)
    const sent: Report[] = []
    const send = async (): Promise<void> => {
      const reports = batch()
      sent.push(...reports)
      await house.report(reports)
    }
    for (let batches = 0; batches < 4; batches += 1) await send()
    await listener.heard.atLeast(4000)
    renew(await house.token())
    for (let batches = 0; batches < 4; batches += 1) await send()
    await listener.heard.until((all) => all.at(-1)!.event["occurred"] === sent.at(-1)!.occurred)
    expect(timesHeard()).toEqual(sent.map(({ occurred }) => occurred))
  })

  it("brings nothing where nothing was owed", async () => {
    lapse()
    await house.report(doorReport("device.input.rex.off"))
    renew(await house.token())
    const [first] = [allowed()]
    // The renewal is looked at before the report is: both have gone through the same server by the time of the answer.
    await house.token()
    await house.report(first)
    await listener.heard.atLeast(1)
    expect(timesHeard()).toEqual([first.occurred])
  })

  it("may come before the token lapses", async () => {
    house.advance(200_000)
    renew(await house.token())
    await house.token()
    house.advance(200_000)
    await house.report(allowed())
    await listener.heard.atLeast(1)
    expect(topicsHeard()).toEqual(["device.request.allowed"])
  })

  it("brings what is owed once, however many renewals the invalidTokens have caused", async () => {
    lapse()
    const missed = Array.from({ length: 10 }, allowed)
    await house.report(missed)
    await listener.heard.atLeast(10)
    for (let renewals = 0; renewals < 10; renewals += 1) renew(await house.token())
    const newer = allowed()
    await house.report(newer)
    await listener.heard.until((all) => all.at(-1)!.event["occurred"] === newer.occurred)
    expect(timesHeard()).toEqual([...missed, newer].map(({ occurred }) => occurred))
  })
})

describe("renewedToken with a bad token", () => {
  it("is answered with one invalidToken that says why, and changes nothing", async () => {
    lapse()
    const old = await house.token()
    lapse()
    const missed = allowed()
    await house.report(missed)
    await listener.heard.atLeast(1)
    const bad: readonly [payload: unknown, reason: string][] = [
      [{ token: "abc" }, "token_malformed"],
      [{ token: old }, "token_expired"],
      [{ token: await house.token(otherSystemId) }, "system_mismatch"],
      [{ token: 7 }, "token_missing"],
      [{}, "token_missing"],
      [null, "token_missing"],
      ["abc", "token_missing"],
    ]
    for (const [index, [payload, reason]] of bad.entries()) {
      listener.socket.emit("renewedToken", payload)
      const heard = await listener.heard.atLeast(2 + index)
      expect(heard.at(-1)).toMatchObject({ topic: "invalidToken", event: { reason } })
    }
    renew(await house.token())
    await listener.heard.atLeast(2 + bad.length)
    expect(timesHeard()).toEqual([missed.occurred])
  })
})
