import { describe, expect, it } from "vitest"
import { hearIn } from "./on.js"
import { good, opened } from "./outcome.suite.js"
import { ScriptedWorld, silence } from "./scripted.suite.js"

describe("Functions that hear", () => {
  const settings = { url: "http://door.test", systemId: "s", token: "t" }

  it("are called one after the other, each with what it means, and waited for", async () => {
    const world = new ScriptedWorld(good().event("sync.synced", "c2", { systemId: "s" }))
    const calls: string[] = []
    const hearing = hearIn(world, settings, {
      [opened]: async ({ cursor }) => {
        await new Promise(setImmediate)
        calls.push(`topic ${cursor}`)
      },
      "device.*": ({ cursor }) => void calls.push(`wildcard ${cursor}`),
      "*": ({ cursor, topic }) => {
        calls.push(`all ${cursor}`)
        if (topic === "sync.synced") hearing.close()
      },
    })
    await hearing.ended
    expect(calls).toEqual(["topic c1", "wildcard c1", "all c1", "all c2"])
    expect(hearing.cursor).toBe("c2")
    expect(world.asked[0]!.url.searchParams.getAll("topics")).toEqual([opened, "device.*", "*"])
  })

  it("end all by what they throw", async () => {
    const broken = new Error("The bell is broken.")
    const world = new ScriptedWorld(good())
    const { ended } = hearIn(world, settings, {
      "*": () => {
        throw broken
      },
    })
    await expect(ended).rejects.toBe(broken)
    expect(world.timers).toBe(0)
  })

  it("hear nothing once it was ended, and a silent server is left", async () => {
    const world = new ScriptedWorld(silence)
    const hearing = hearIn(world, settings, { "*": () => undefined })
    await world.untilAsked(1)
    hearing.close()
    await hearing.ended
    expect(world.asked[0]!.signal.aborted).toBe(true)
  })
})
