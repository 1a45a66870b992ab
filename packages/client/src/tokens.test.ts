import { describe, expect, it } from "vitest"
import { DoorstreamError } from "./errors.js"
import { Listening, type Told } from "./listening.js"
import { good, outcomeIn } from "./outcome.suite.js"
import { ScriptedWorld, stream, tokenOf, type SpokenStream } from "./scripted.suite.js"

const stale = (): SpokenStream =>
  stream().begin().event("invalidToken", undefined, { reason: "token_expired" })
const yesterday = tokenOf(0, 300)

describe("A token function", () => {
  it("that rejects is asked again, and told", async () => {
    let asked = 0
    const token = async (): Promise<string> => {
      if ((asked += 1) < 3) throw new Error("The identity server is away.")
      return "t"
    }
    expect(await outcomeIn(new ScriptedWorld(good()), { token })).toMatchObject({
      end: "c1",
      told: ["token_failed", "token_failed"],
    })
  })

  it("that hangs is given up in time, and asked again", async () => {
    const world = new ScriptedWorld(good())
    let asked = 0
    const token = (): string | Promise<string> => {
      if ((asked += 1) > 1) return "t"
      queueMicrotask(() => world.elapse(5000))
      return new Promise(() => undefined)
    }
    expect(await outcomeIn(world, { token, tokenWithin: 5000 })).toMatchObject({
      end: "c1",
      told: ["token_slow"],
    })
  })

  it("that gives yesterday's token is told, and asked again, more seldom each time", async () => {
    const tokens = [yesterday, yesterday, yesterday, "t"]
    const world = new ScriptedWorld(stale(), stale(), stale(), good())
    expect(await outcomeIn(world, { token: () => tokens.shift()! })).toEqual({
      end: "c1",
      told: ["token_stale", "token_stale", "token_stale"],
      pauses: [375, 750, 1500],
    })
  })

  it("that gives yesterday's token for ever ends listening where it may be tried so often only", async () => {
    const world = new ScriptedWorld(stale(), stale(), stale())
    const { end } = await outcomeIn(world, { token: () => yesterday, reconnect: { attempts: 2 } })
    expect(end).toBe("token_stale")
  })

  it.each([undefined, "", 7, "two words", "line\nbreak", {}])(
    "that gives %j ends listening: it is no token",
    async (nonsense) => {
      const token = (): string => nonsense as string
      expect(await outcomeIn(new ScriptedWorld(), { token })).toMatchObject({
        end: "token_invalid",
        told: [],
      })
    },
  )

  it("that is refused for good ends listening in the words of the refusal", async () => {
    const token = (): never => {
      throw new DoorstreamError("invalid_client", "The client is unknown.", { status: 401 })
    }
    expect(await outcomeIn(new ScriptedWorld(), { token })).toMatchObject({ end: "invalid_client", told: [] })
  })

  it("that wants the end throws it", async () => {
    const token = (): never => {
      throw new DoorstreamError("signed_out", "Nobody is signed in any more.")
    }
    expect(await outcomeIn(new ScriptedWorld(), { token })).toMatchObject({ end: "signed_out", told: [] })
  })

  it("that fails ahead of the end of a token is told, while events go on", async () => {
    const world = new ScriptedWorld(good())
    const told: string[] = []
    let asked = 0
    const listening = new Listening<Told>(
      world,
      {
        url: "http://door.test",
        systemId: "s",
        heartbeat: 1e6,
        token: () => {
          if ((asked += 1) > 1) throw new Error("Away.")
          return tokenOf(0, 100)
        },
        onTrouble: ({ error }) => void told.push(error.code),
      },
      ["*"],
    )
    const events = listening[Symbol.asyncIterator]()
    await events.next()
    world.elapse(75_000)
    await new Promise(setImmediate)
    world.elapse(375)
    await new Promise(setImmediate)
    expect(told).toEqual(["token_failed", "token_failed"])
    expect(world.asked.length).toBe(1)
    await events.return()
    expect(world.timers).toBe(0)
  })

  it("is none at all: one token that lapses ends listening", async () => {
    const world = new ScriptedWorld(stream().begin("c0").event("invalidToken", undefined, {}))
    expect(await outcomeIn(world, { token: yesterday })).toMatchObject({ end: "token_stale", told: [] })
  })
})
