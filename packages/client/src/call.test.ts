import { describe, expect, it } from "vitest"
import type { CallSettings } from "./call.js"
import { commandsIn } from "./commands.js"
import { getStateIn } from "./get-state.js"
import { reportIn, type NewReport, type ReportSettings } from "./report.js"
import { answering, refusing, ScriptedWorld, silence, unreachable, type AskedFor } from "./scripted.suite.js"

const settings: CallSettings = { url: "http://door.test/api/", systemId: "s", token: () => "t" }
const reporting: ReportSettings = { ...settings, cloudNodeId: "gate/1" }
const opened = (id?: string): NewReport => ({
  topic: "device.input.dps.opened",
  occurred: 1,
  body: { deviceId: "d" },
  ...(id !== undefined && { id }),
})
const door = { cloudNodeId: "gate", deviceId: "front" }

/** Accepts all that it is sent. */
const accepting = ({ body }: AskedFor): Response =>
  Response.json({
    accepted: (body as { id: string }[]).map(({ id }, position) => ({ id, position })),
    refused: [],
  })

/** Lets time go by as soon as something waits for it. */
const hurry = async (world: ScriptedWorld, asked: number): Promise<void> => {
  for (let times = 1; times < asked; times += 1) {
    await world.untilAsked(times)
    await new Promise(setImmediate)
    world.elapse(60_000)
  }
}
const idsIn = ({ body }: AskedFor): string[] => (body as { id: string }[]).map(({ id }) => id)

describe("Reports", () => {
  it("are said under the cloud node's name, in as many requests as it takes, and answered in their order", async () => {
    const world = new ScriptedWorld(accepting, accepting)
    const outcome = await reportIn(world, { ...reporting, atOnce: 2 }, [
      opened("a"),
      opened("b"),
      opened("c"),
    ])
    expect(outcome.accepted.map(({ id }) => id)).toEqual(["a", "b", "c"])
    expect(world.asked.map(idsIn)).toEqual([["a", "b"], ["c"]])
    expect(world.asked[0]!.url.href).toBe("http://door.test/api/s/cloud-nodes/gate%2F1/reports")
  })

  it("without an id get one, and are sent again with the same where nobody knows what became of them", async () => {
    const world = new ScriptedWorld(unreachable, refusing(503, "storage_fault"), accepting)
    const reported = reportIn(world, reporting, opened())
    await hurry(world, 3)
    await reported
    const [first, ...again] = world.asked.map(idsIn)
    expect(first![0]).toMatch(/^[\da-f]{32}$/)
    expect(again).toEqual([first, first])
  })

  it("that are refused are told one by one, and a request that is refused rejects", async () => {
    const refused = [{ id: "a", code: "device_unknown", message: "There is no such door." }]
    const world = new ScriptedWorld(answering({ accepted: [], refused }), refusing(403, "scope_missing"))
    expect((await reportIn(world, reporting, [opened("a")])).refused).toEqual(refused)
    await expect(reportIn(world, reporting, [opened("a")])).rejects.toMatchObject({
      code: "scope_missing",
      status: 403,
    })
  })

  it("are given up after five tries", async () => {
    const world = new ScriptedWorld(...Array.from({ length: 6 }, () => unreachable))
    const reported = reportIn(world, reporting, opened())
    void hurry(world, 6)
    await expect(reported).rejects.toMatchObject({ code: "unreachable" })
    expect(world.asked.length).toBe(5)
  })

  it("that nobody answers are given up in time, and at once by the signal", async () => {
    const leaving = new AbortController()
    const world = new ScriptedWorld(silence, silence)
    const reported = reportIn(world, { ...reporting, within: 1000, signal: leaving.signal }, opened())
    const first = await world.untilAsked(1)
    world.elapse(1000)
    await new Promise(setImmediate)
    expect(first.signal.aborted).toBe(true)
    await hurry(world, 2)
    await world.untilAsked(2)
    leaving.abort(new Error("Enough."))
    await expect(reported).rejects.toThrow("Enough.")
    expect(world.timers).toBe(0)
  })
})

describe("A command", () => {
  it("is said to its door, with what it needs", async () => {
    const done = (): Response => new Response(null, { status: 204 })
    const world = new ScriptedWorld(...Array.from({ length: 8 }, () => done))
    const { tryOpen, open, close, toggle, doNotDisturb, clearAlarm, virtualRead } = commandsIn(
      world,
      settings,
    )
    await tryOpen(door)
    await tryOpen(door, 50)
    for (const command of [open, close, toggle, doNotDisturb, clearAlarm]) await command(door)
    await virtualRead(door, "somebody")
    const path = "/api/s/cloud-nodes/gate/devices/front/"
    expect(world.asked.map(({ url, body }) => [url.pathname.replace(path, ""), body])).toEqual([
      ["try-open", {}],
      ["try-open", { dwell: 50 }],
      ["open", {}],
      ["close", {}],
      ["toggle", {}],
      ["do-not-disturb", {}],
      ["clear-alarm", {}],
      ["virtual-read", { holderId: "somebody" }],
    ])
  })

  it.each([
    ["unreachable", unreachable],
    ["command_unanswered", refusing(504, "command_unanswered")],
    ["cloud_node_away", refusing(503, "cloud_node_away")],
    ["command_refused", refusing(409, "command_refused")],
  ])("is not sent twice: %s", async (code, answer) => {
    const world = new ScriptedWorld(answer)
    await expect(commandsIn(world, settings).open(door)).rejects.toMatchObject({ code })
    expect(world.asked.length).toBe(1)
  })

  it("that was surely not sent because there were too many is sent again", async () => {
    const done = (): Response => new Response(null, { status: 204 })
    const world = new ScriptedWorld(refusing(429, "too_many_commands", { "Retry-After": "1" }), done)
    const opening = commandsIn(world, settings).open(door)
    await hurry(world, 2)
    await opening
    expect(world.asked.length).toBe(2)
  })
})

describe("A request", () => {
  it("uses a token for as long as it lives, and a fresh one once where it has expired", async () => {
    const tokens = ["a", "b", "c"]
    const state = { cursor: "c1", time: 1, doors: [], cloudNodes: [] }
    const world = new ScriptedWorld(refusing(401, "token_expired"), answering(state))
    const asked = getStateIn(world, { ...settings, token: () => tokens.shift()!, filter: { devices: ["d"] } })
    await hurry(world, 2)
    expect(await asked).toEqual(state)
    expect(world.asked.map(({ headers }) => headers.get("authorization"))).toEqual(["Bearer a", "Bearer b"])
    expect(world.asked[1]!.url.href).toBe("http://door.test/api/s/state?device=d")
  })

  it("is given up where fresh tokens have expired, too", async () => {
    const world = new ScriptedWorld(...[1, 2, 3].map(() => refusing(401, "token_expired")))
    const asked = getStateIn(world, settings)
    await hurry(world, 2)
    await expect(asked).rejects.toMatchObject({ code: "token_expired" })
    expect(world.asked.length).toBe(2)
  })

  it("to what is not the server says so", async () => {
    const html = (): Response =>
      new Response("<html>", { status: 404, headers: { "Content-Type": "text/html" } })
    await expect(getStateIn(new ScriptedWorld(html), settings)).rejects.toMatchObject({
      code: "not_doorstream",
      status: 404,
    })
  })
})
