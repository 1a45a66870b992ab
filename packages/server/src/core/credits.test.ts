/** Credits, whatever a cloud node sends and however time goes by. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { grant, openCredits, rest, settle, use, waitForGrant, type Credits } from "./credits.js"

const bounds = { window: 100, perSecond: 10 }

const step = fc.oneof(
  fc.record({ what: fc.constant("use" as const), reports: fc.nat(120) }),
  fc.record({ what: fc.constant("settle" as const), part: fc.double({ min: 0, max: 1, noNaN: true }) }),
  fc.record({ what: fc.constant("wait" as const), milliseconds: fc.integer({ min: -500, max: 5000 }) }),
  fc.record({ what: fc.constant("reconnect" as const) }),
)

describe("Credits", () => {
  it("never let more be sent in all than a window and what time has brought, nor more than a window be under way", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let credits: Credits = openCredits(bounds, 0)
        let now = 0
        let time = 0
        let sent = 0
        for (const each of steps) {
          credits = grant(credits, now).credits
          if (each.what === "use") {
            const used = use(credits, each.reports)
            expect(used === undefined).toBe(each.reports > credits.unused)
            if (used !== undefined) sent += each.reports
            credits = used ?? credits
          } else if (each.what === "settle")
            credits = settle(credits, Math.floor(credits.underWay * each.part))
          else if (each.what === "reconnect") credits = rest(credits, now)
          else {
            now += each.milliseconds
            time += Math.max(0, each.milliseconds)
          }
          expect(credits.unused + credits.underWay).toBeLessThanOrEqual(bounds.window)
          expect(sent).toBeLessThanOrEqual(bounds.window + (time * bounds.perSecond) / 1000 + 1e-6)
        }
      }),
    )
  })

  it("say when there will be some, and then there are", () => {
    const spent = settle(use(grant(openCredits(bounds, 0), 0).credits, 100)!, 100)
    const { credits, granted } = grant(spent, 0)
    expect(granted).toBe(0)
    expect(waitForGrant(credits)).toBe(2500)
    expect(grant(credits, 2500).granted).toBe(25)
    expect(waitForGrant(grant(openCredits(bounds, 0), 0).credits)).toBeUndefined()
  })

  it("are all there at once where no rate is set", () => {
    const free = openCredits({ window: 100, perSecond: Infinity }, 0)
    const used = settle(use(grant(free, 0).credits, 60)!, 60)
    expect(grant(used, 0).granted).toBe(60)
  })

  it("that were not used are there for the next link, so that one that blinks often is not starved", () => {
    let credits = openCredits(bounds, 0)
    for (let link = 0; link < 10; link += 1) {
      const granted = grant(credits, 0)
      expect(granted.granted).toBe(100)
      credits = rest(granted.credits, 0)
    }
  })
})
