import { describe, expect, it } from "vitest"
import type { ListenSettings } from "./options.js"
import { good, opened, outcomeIn } from "./outcome.suite.js"
import { refusing, ScriptedWorld, stream, unreachable, type SpokenStream } from "./scripted.suite.js"

const html =
  (status = 200) =>
  () =>
    new Response("<!doctype html><title>Sign in</title>", {
      status,
      headers: { "Content-Type": "text/html" },
    })

describe("A refusal", () => {
  it.each([
    [401, "token_forged"],
    [403, "scope_missing"],
    [404, "system_unknown"],
    [409, "cursor_ahead"],
    [422, "cursor_malformed"],
    [422, "topic_unknown"],
    [400, "of_a_newer_server"],
  ])("of %s ends listening with its code: %s", async (status, code) => {
    expect(await outcomeIn(new ScriptedWorld(refusing(status, code)))).toMatchObject({ end: code, told: [] })
  })

  it.each([429, 503])("of %s is waited for as long as it says", async (status) => {
    const world = new ScriptedWorld(refusing(status, "server_full", { "Retry-After": "70" }), good())
    expect(await outcomeIn(world)).toEqual({ end: "c1", told: ["server_full"], pauses: [70_000] })
  })

  it("in a stream is waited for as long as it says", async () => {
    const refused = stream().say(
      'retry: 4000\nevent: stream.refused\ndata: {"code":"draining","message":"Later."}\n\n',
    )
    expect(await outcomeIn(new ScriptedWorld(refused, good()))).toEqual({
      end: "c1",
      told: ["draining"],
      pauses: [4000],
    })
  })

  it("of a token that was good before is a reason for a fresh one, and then for the end", async () => {
    const world = new ScriptedWorld(
      stream().begin("c0").say("id: c0\n:\n\n").end(),
      refusing(401, "token_forged"),
      refusing(401, "client_revoked"),
    )
    expect(await outcomeIn(world)).toMatchObject({ end: "client_revoked", told: ["unreachable"] })
  })
})

describe("What answers and is not the server", () => {
  it("ends listening that has not begun: the address is wrong", async () => {
    expect(await outcomeIn(new ScriptedWorld(html()))).toMatchObject({ end: "not_doorstream", told: [] })
    expect(await outcomeIn(new ScriptedWorld(html(404)))).toMatchObject({ end: "not_doorstream", told: [] })
  })

  it("passes, where listening has begun or the status says so", async () => {
    expect(await outcomeIn(new ScriptedWorld(html(502), good()))).toMatchObject({
      end: "c1",
      told: ["not_doorstream"],
    })
    const world = new ScriptedWorld(stream().begin("c0").end(), html(), good())
    expect(await outcomeIn(world)).toMatchObject({ end: "c1", told: ["unreachable", "not_doorstream"] })
  })

  it("streams something else", async () => {
    const other = (): SpokenStream => stream().say("data: tick\n\n")
    expect(await outcomeIn(new ScriptedWorld(other()))).toMatchObject({ end: "not_doorstream", told: [] })
    const world = new ScriptedWorld(stream().begin("c0").end(), other(), good())
    expect(await outcomeIn(world)).toMatchObject({ end: "c1", told: ["unreachable", "not_doorstream"] })
  })

  it("is a newer server that says more of its stream, which is passed over", async () => {
    const newer = stream().begin("c0").event("stream.weather", undefined, {}).event(opened, "c1")
    expect(await outcomeIn(new ScriptedWorld(newer))).toMatchObject({ end: "c1", told: [] })
  })

  it("speaks no JSON, and is asked again", async () => {
    const garbled = stream().begin("c0").say("event: a\ndata: {\nid: c9\n\n")
    const world = new ScriptedWorld(garbled, good())
    expect(await outcomeIn(world)).toMatchObject({ end: "c1", told: ["not_doorstream"] })
    expect(world.asked[1]!.headers.get("last-event-id")).toBe("c0")
  })
})

describe("A server that is not there", () => {
  it("is tried again until it is there", async () => {
    const world = new ScriptedWorld(unreachable, unreachable, good())
    expect(await outcomeIn(world)).toMatchObject({ end: "c1", told: ["unreachable", "unreachable"] })
  })

  it("ends listening after as many tries in a row as were allowed", async () => {
    const world = new ScriptedWorld(unreachable, unreachable, unreachable, good())
    const { end, told } = await outcomeIn(world, { reconnect: { attempts: 2 } })
    expect({ end, told }).toEqual({ end: "unreachable", told: ["unreachable", "unreachable"] })
  })

  it("is written about from the third time on, where nobody asked to be told", async () => {
    const world = new ScriptedWorld(unreachable, unreachable, unreachable, good())
    const warn = world.warn
    const outcome = outcomeIn(Object.assign(world, { warn }), { onTrouble: undefined as never })
    for (let tried = 1; tried <= 3; tried += 1) {
      await world.untilAsked(tried)
      await new Promise(setImmediate)
      world.elapse(30_000)
    }
    expect((await outcome).end).toBe("c1")
    expect(world.warnings).toEqual([
      "Doorstream: The connection has failed: fetch failed. It is tried again in 2 s. (unreachable)",
    ])
  })

  it("ends the loop by what whoever is told of it throws", async () => {
    const enough = new Error("Enough.")
    const onTrouble = (): never => {
      throw enough
    }
    await expect(outcomeIn(new ScriptedWorld(unreachable), { onTrouble })).rejects.toBe(enough)
  })
})

describe("What nobody can listen by", () => {
  it.each([
    [{ url: "door.test" }, "url_invalid"],
    [{ url: "ws://door.test" }, "url_invalid"],
    [{ systemId: "" }, "url_invalid"],
    [{ after: 7 as never }, "option_invalid"],
    [{ after: {} as never }, "option_invalid"],
    [{ after: "earliest", state: true }, "option_invalid"],
    [{ heartbeat: Number.NaN }, "option_invalid"],
    [{ reconnect: { least: -1 } }, "option_invalid"],
  ] as const)("is told at once: %j", async (more, code) => {
    const world = new ScriptedWorld(good())
    expect(await outcomeIn(world, more as Partial<ListenSettings>)).toMatchObject({ end: code })
    expect(world.asked).toEqual([])
  })

  it("is no topics at all", async () => {
    expect(await outcomeIn(new ScriptedWorld(), {}, [])).toMatchObject({ end: "option_invalid" })
  })
})
