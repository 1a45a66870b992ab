/** What is granted within bounds, and what is left where two of them meet. */
import { describe, expect, it } from "vitest"
import { cutGrant, grantsNode, grantsTopic, grantWithin, readBounds } from "./grants.js"
import { wholeGrant } from "./verified.js"

const alarms = grantWithin({ topics: ["device.alarm.*"] })

describe("A grant", () => {
  it("without bounds is of everything", () => {
    expect(grantWithin({})).toBe(wholeGrant)
    expect(grantWithin({ topics: ["sync.*", "*"] })).toEqual(wholeGrant)
    expect([grantsTopic(wholeGrant, "sync.synced"), grantsNode(wholeGrant, undefined)]).toEqual([true, true])
  })

  it("has the topics that its words stand for, in the contract's order", () => {
    const { topics } = grantWithin({
      topics: ["sync.synced", "device.alarm.propped.*", "of.a.newer.version"],
    })
    expect(topics).toEqual(["device.alarm.propped.off", "device.alarm.propped.on", "sync.synced"])
    expect([grantsTopic(alarms, "device.alarm.forced"), grantsTopic(alarms, "liveEvent")]).toEqual([
      true,
      false,
    ])
  })

  it("of no cloud node has nothing that is about one", () => {
    const none = grantWithin({ cloudNodes: [] })
    expect([grantsNode(none, "gate"), grantsNode(none, undefined)]).toEqual([false, false])
  })

  it("is cut to what both grant, whichever comes first", () => {
    const one = grantWithin({ topics: ["device.alarm.*"], cloudNodes: ["gate", "shed"] })
    const other = grantWithin({
      topics: ["device.alarm.forced", "sync.*"],
      cloudNodes: ["shed"],
      redacted: true,
    })
    const both = { topics: ["device.alarm.forced"], cloudNodes: ["shed"], redacted: true }
    expect([cutGrant(one, other), cutGrant(other, one)]).toEqual([both, both])
    expect([cutGrant(one, wholeGrant), cutGrant(wholeGrant, one)]).toEqual([one, one])
    expect(cutGrant(alarms, grantWithin({ cloudNodes: ["gate"] }))).toEqual({
      ...alarms,
      cloudNodes: ["gate"],
    })
  })
})

describe("What a token says of its bounds", () => {
  it("is read where it is bounds, and no more than that", () => {
    const bounds = { topics: ["*"], cloudNodes: [], redacted: true }
    expect(readBounds({ ...bounds, sub: "wall" })).toEqual(bounds)
    expect(readBounds({})).toEqual({})
    for (const wrong of [
      { topics: "*" },
      { topics: [1] },
      { cloudNodes: {} },
      { redacted: "yes" },
      { redacted: false },
    ])
      expect(readBounds(wrong)).toBeUndefined()
  })
})
