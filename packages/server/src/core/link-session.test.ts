/** What is decided on a node link: given this, when that is said, then this is done. */
import fc from "fast-check"
import { refuse, type NodeMessage } from "@doorstream/contract"
import { describe, expect, it } from "vitest"
import { openCredits } from "./credits.js"
import {
  agreeOnVersion,
  decideLink,
  type LinkEffect,
  type LinkHappened,
  type LinkSession,
  type Proven,
} from "./link-session.js"

const facts = { now: 0, time: 1_700_000_000_000, silence: 30_000 }
const proven: Proven = { system: "tower", cloudNodeId: "node", serialNumber: "1234ABC", keyHash: "old" }
const bounds = { window: 10, perSecond: 1 }
const hello: NodeMessage = {
  type: "hello",
  versions: { min: 1, max: 3 },
  serialNumber: "1234ABC",
  proof: "00",
}

/** Lives through what happens; all that is done. */
function given(...all: readonly LinkHappened[]): { session: LinkSession; done: LinkEffect[] } {
  let session: LinkSession = { stage: "unproven" }
  const done: LinkEffect[] = []
  for (const happened of all) {
    const decided = decideLink(session, happened, facts)
    session = decided.session
    done.push(...decided.effects)
  }
  return { session, done }
}

const says = (message: NodeMessage, proves?: Proven): LinkHappened => ({
  what: "said",
  message,
  proven: proves,
})
const entered: LinkHappened = { what: "entered", credits: openCredits(bounds, 0) }
const opened = [says(hello, proven), entered]
const reports = (count: number): NodeMessage => ({
  type: "reports",
  reports: Array.from({ length: count }, () => ({})),
})
const endsWith = (code: string) =>
  expect.objectContaining({ do: "end", refusal: expect.objectContaining({ code }) })

describe("A version", () => {
  it("is the highest that both sides speak, whichever side is asked, or none", () => {
    const range = fc
      .tuple(fc.nat(6), fc.nat(6))
      .map(([a, b]) => ({ min: Math.min(a, b), max: Math.max(a, b) }))
    fc.assert(
      fc.property(range, range, (ours, theirs) => {
        const both = [0, 1, 2, 3, 4, 5, 6].filter((each) =>
          [ours, theirs].every(({ min, max }) => min <= each && each <= max),
        )
        expect(agreeOnVersion(ours, theirs)).toBe(both.at(-1))
        expect(agreeOnVersion(theirs, ours)).toBe(both.at(-1))
      }),
    )
  })
})

describe("A link", () => {
  it("enters with a proof and a version, and is welcomed when that is done", () => {
    expect(given(says(hello, proven)).done).toEqual([{ do: "enter", proven }])
    expect(given(...opened).done.at(-2)).toMatchObject({
      do: "send",
      message: { type: "welcome", version: 2, credits: 10, time: facts.time },
    })
  })

  it("is synced and commanded from version 2 on, and is held to it", () => {
    const revision = "a revision"
    const known = given(says({ ...hello, revision }, proven), entered)
    expect(known.done.at(-1)).toEqual({ do: "serve", revision })
    const synced: NodeMessage = { type: "synced", revision }
    expect(given(...opened, says(synced)).done.at(-1)).toEqual({ do: "hear", message: synced })
    const old = [says({ ...hello, versions: { min: 1, max: 1 } }, proven), entered]
    expect(given(...old).done.map((each) => each.do)).toEqual(["enter", "send"])
    expect(given(...old, says(synced)).done.at(-1)).toEqual(endsWith("message_unexpected"))
  })

  it("ends where there is no proof, no version, or something else is said first", () => {
    expect(given(says(hello)).done).toEqual([endsWith("key_wrong")])
    expect(given(says({ ...hello, versions: { min: 3, max: 4 } }, proven)).done).toEqual([
      endsWith("version_not_spoken"),
    ])
    expect(given(says(reports(1))).done).toEqual([endsWith("message_unexpected")])
  })

  it("ends where hello is said twice, before the welcome or after it", () => {
    expect(given(says(hello, proven), says(hello, proven)).done.at(-1)).toEqual(
      endsWith("message_unexpected"),
    )
    expect(given(...opened, says(hello, proven)).done.at(-1)).toEqual(endsWith("message_unexpected"))
  })

  it("takes reports for credits, and ends where there are more than those", () => {
    expect(given(...opened, says(reports(10))).done.at(-1)).toMatchObject({ do: "take" })
    expect(given(...opened, says(reports(10)), says(reports(1))).done.at(-1)).toEqual(
      endsWith("credits_exceeded"),
    )
  })

  it("answers a run that is refused as a whole, goes on, and grants what it may", () => {
    const outcome = refuse("storage_full")
    const { done } = given(...opened, says(reports(4)), { what: "taken", reports: 4, outcome })
    expect(done.at(-1)).toEqual({
      do: "send",
      message: { type: "refused", ...outcome, credits: 0, time: facts.time },
    })
  })

  const offered: LinkHappened = { what: "offered", key: "secret", keyHash: "new" }
  const keyKept: NodeMessage = { type: "keyKept", proof: "00" }

  it("has the old key die only when the new one was proven", () => {
    const rotating = [...opened, says({ type: "rotateKey" }), offered]
    expect(given(...rotating).done.slice(-2)).toEqual([
      { do: "offer", beside: "old" },
      { do: "send", message: { type: "newKey", key: "secret" } },
    ])
    const kept = given(...rotating, says(keyKept, { ...proven, keyHash: "new" }))
    expect(kept.done.at(-1)).toEqual({ do: "confirm", keyHash: "new" })
    expect(given(...rotating, says(keyKept, proven)).done.at(-1)).toEqual(endsWith("key_wrong"))
    expect(given(...opened, says(keyKept, proven)).done.at(-1)).toEqual(endsWith("message_unexpected"))
  })

  it("rotates beside the key that was confirmed last", () => {
    const once = [
      ...opened,
      says({ type: "rotateKey" }),
      offered,
      says(keyKept, { ...proven, keyHash: "new" }),
    ]
    const twice = given(...once, { what: "confirmed", keyHash: "new" }, says({ type: "rotateKey" }))
    expect(twice.done.at(-1)).toEqual({ do: "offer", beside: "new" })
  })
})
