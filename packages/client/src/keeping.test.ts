import { describe, expect, it } from "vitest"
import { Listening, type Told } from "./listening.js"
import { good, opened, outcomeIn } from "./outcome.suite.js"
import { refusing, ScriptedWorld } from "./scripted.suite.js"

describe("A store", () => {
  it("that cannot load ends listening before anything is heard", async () => {
    const load = (): never => {
      throw new Error("The disk is gone.")
    }
    const world = new ScriptedWorld(good())
    expect(await outcomeIn(world, { store: { load, save: () => undefined } })).toMatchObject({
      end: "store_failed",
    })
    expect(world.asked).toEqual([])
  })

  it.each([7, "", {}])("that loads %j ends listening: it is no cursor", async (nonsense) => {
    const store = { load: () => nonsense as string, save: () => undefined }
    expect(await outcomeIn(new ScriptedWorld(good()), { store })).toMatchObject({ end: "store_failed" })
  })

  it.each([
    ["malformed", 422],
    ["ahead", 409],
  ])("that loads a cursor that is %s ends listening in the server's words", async (what, status) => {
    const store = { load: () => "c999", save: () => undefined }
    const world = new ScriptedWorld(refusing(status, `cursor_${what}`))
    expect(await outcomeIn(world, { store, after: "earliest" })).toMatchObject({ end: `cursor_${what}` })
    expect(world.asked[0]!.headers.get("last-event-id")).toBe("c999")
  })

  it("that cannot save is told, and asked again with the next cursor", async () => {
    const saved: string[] = []
    const store = {
      load: () => undefined,
      save: (cursor: string) => {
        if (cursor === "c1") throw new Error("The disk is full.")
        saved.push(cursor)
      },
    }
    const told: string[] = []
    const world = new ScriptedWorld(good().event(opened, "c2").event(opened, "c3"))
    for await (const { cursor } of new Listening<Told>(
      world,
      {
        url: "http://door.test",
        systemId: "s",
        token: "t",
        store,
        onTrouble: ({ error }) => void told.push(error.code),
      },
      ["*"],
    )) {
      await new Promise(setImmediate)
      if (cursor === "c3") break
    }
    expect({ saved, told }).toEqual({ saved: ["c0", "c2"], told: ["store_failed"] })
  })

  it("is asked to save one cursor at a time, and after a slow one the newest", async () => {
    const saved: string[] = []
    let free = (): void => undefined
    const store = {
      load: () => null,
      save: (cursor: string) => {
        saved.push(cursor)
        return new Promise<void>((resolve) => (free = resolve))
      },
    }
    const world = new ScriptedWorld(good().event(opened, "c2").event(opened, "c3").event(opened, "c4"))
    const listening = new Listening<Told>(
      world,
      { url: "http://door.test", systemId: "s", token: "t", store },
      ["*"],
    )
    const events = listening[Symbol.asyncIterator]()
    for (let count = 0; count < 4; count += 1) await events.next()
    expect(saved).toEqual(["c0"])
    free()
    await new Promise(setImmediate)
    // The fourth is in the loop still.
    expect(saved).toEqual(["c0", "c3"])
    free()
    await events.return()
  })
})
