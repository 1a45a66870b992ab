/** Whether a cloud node is there, whatever its links, the network and restarts of the server do. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decidePresence, standingAfterStart, type PresenceDecided, type Standing } from "./presence.js"

const silence = 30_000

type Step = { readonly after: number } & (
  | { readonly what: "came" | "restart" | "look" }
  | { readonly what: "went"; readonly unheard: number }
)

const step: fc.Arbitrary<Step> = fc.record({ after: fc.nat(2 * silence) }).chain(({ after }) =>
  fc.oneof(
    fc.constantFrom("came" as const, "restart" as const, "look" as const).map((what) => ({ after, what })),
    fc.nat(silence).map((unheard) => ({ after, what: "went" as const, unheard })),
  ),
)

interface Said {
  readonly connected: boolean
  readonly at: number
  readonly said: number
  readonly standing: Standing
}

/** Lives through the steps; looks again exactly when it is told to. */
function live(steps: readonly Step[]): { said: Said[]; standing: Standing; lookAt: number | undefined } {
  let now = 0
  let standing: Standing = { isTold: false, isThere: false, heard: 0 }
  let lookAt: number | undefined
  const said: Said[] = []
  const take = (before: Standing, decided: PresenceDecided): void => {
    standing = decided.standing
    lookAt = decided.lookAt
    if (decided.say !== undefined) said.push({ ...decided.say, said: now, standing: before })
  }
  const until = (then: number): void => {
    for (let next = lookAt; next !== undefined && next <= then; next = lookAt) {
      now = next
      take(standing, decidePresence(standing, { what: "look" }, now, silence))
    }
    now = then
  }
  for (const each of steps) {
    until(now + each.after)
    const before = standing
    if (each.what === "restart") {
      // Only what was told outlives the server.
      standing = standing.isTold ? standingAfterStart(now) : { isTold: false, isThere: false, heard: 0 }
      take(standing, decidePresence(standing, { what: "look" }, now, silence))
    } else if (each.what === "went")
      take(before, decidePresence(before, { what: "went", heard: now - each.unheard }, now, silence))
    else take(before, decidePresence(before, { what: each.what }, now, silence))
  }
  return { said, standing, lookAt }
}

const steps = fc.array(step, { maxLength: 40 })

describe("A cloud node's presence, whatever happens", () => {
  it("is told by turns: it has come, it is gone, it has come", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { said } = live(all)
        expect(said.map(({ connected }) => connected)).toEqual(said.map((_, index) => index % 2 === 0))
      }),
    )
  })

  it("is never told to be over while it has a link, nor before it was silent for as long as that takes", () => {
    fc.assert(
      fc.property(steps, (all) => {
        for (const { connected, at, said, standing } of live(all).said) {
          if (connected) continue
          expect(said - at).toBeGreaterThanOrEqual(silence)
          expect(standing.isThere && said === at).toBe(false)
        }
      }),
    )
  })

  it("leaves nobody told to be there who is not, without a time at which to look again", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const { standing, lookAt } = live(all)
        if (standing.isTold && !standing.isThere) expect(lookAt).toBe(standing.heard + silence)
        if (standing.isThere) expect(standing.isTold).toBe(true)
      }),
    )
  })

  it("tells nothing of a blink or a restart that it comes back from in time", () => {
    const { said } = live([
      { after: 0, what: "came" },
      { after: 1000, what: "went", unheard: 0 },
      { after: silence - 1, what: "came" },
      { after: 1000, what: "restart" },
      { after: silence - 1, what: "came" },
      { after: 10 * silence, what: "look" },
    ])
    expect(said.map(({ connected }) => connected)).toEqual([true])
  })

  it("is told to be over once, if it does not come back after a restart", () => {
    const { said } = live([
      { after: 0, what: "came" },
      { after: 1000, what: "restart" },
      { after: 10 * silence, what: "restart" },
      { after: 10 * silence, what: "look" },
    ])
    expect(said.map(({ connected, at }) => [connected, at])).toEqual([
      [true, 0],
      [false, 1000],
    ])
  })
})
