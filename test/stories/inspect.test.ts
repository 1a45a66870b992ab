/** Where an event is in the log, who has heard it, and who has not and why: asked by the operator, and at the command. */
import { demoBuilding } from "@doorstream/simulator"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import { listenAfter, type Asking } from "../support/cursors.js"
import {
  allowed,
  clientId,
  cloudNode,
  doorReport,
  openHouse,
  otherSystemId,
  systemId,
  type House,
} from "../support/house.js"
import { connectNamed, cut, subscribeNamed, until } from "../support/named.js"
import { operate } from "../support/operator.js"
import { pull } from "../support/pulling.js"

const topic = "device.request.allowed"

let house: House
let token: string
beforeEach(async () => {
  house = await openHouse({ options: { drainWithin: 300 } })
  token = await house.token()
})
afterEach(() => house.close())

interface Judged {
  readonly is: string
  readonly name: string | null
  readonly transport: string | null
  readonly heard: boolean | null
  readonly code: string
  readonly why: string
  readonly to: number
}

interface Inspected {
  readonly position: number
  readonly cursor: string
  readonly listeners: readonly Judged[]
  readonly [more: string]: unknown
}

const inspect = (word: string, system = systemId, query = "") =>
  operate<Inspected>(house, "GET", `/systems/${system}/inspect/${encodeURIComponent(word)}${query}`)

const judgedOf = async (word: string): Promise<readonly (readonly [string, string, boolean | null])[]> =>
  (await inspect(word)).body.listeners.map(({ is, code, heard }) => [is, code, heard])

const goneNow = async (word: string, count: number): Promise<void> =>
  until(async () => (await judgedOf(word)).filter(([is]) => is === "gone").length === count)

/** The cursor of the newest event of the topic. */
async function newest(): Promise<string> {
  const { events } = await pull(house.url, token, { topics: topic, after: "last:1" })
  return events.at(-1)!.cursor
}

describe("An event", () => {
  it("is found by its cursor, by its id and by that of its report, with its sentence and its cloud node", async () => {
    await house.report(doorReport("device.input.rex.on"))
    const report = allowed()
    await house.report(report)
    const { body } = await inspect(report.id)
    expect(body).toMatchObject({
      system: systemId,
      position: 2,
      topic,
      reportId: report.id,
      cloudNode: { id: cloudNode.id, serialNumber: cloudNode.serialNumber, name: cloudNode.name },
      beside: { position: 3, topic: "liveEvent", event: { topic, occurred: report.occurred } },
      log: { first: 1, last: 3 },
      isLive: true,
      listeners: [],
    })
    const { event } = body as unknown as { event: { id: string } }
    for (const word of [body.cursor, event.id]) expect((await inspect(word)).body).toEqual(body)
    const { cursor } = body["beside"] as { cursor: string }
    expect((await inspect(cursor)).body).toMatchObject({
      topic: "liveEvent",
      position: 3,
      reportId: report.id,
      beside: { position: 2, topic },
    })
  })

  it("is told of each listener that is there: heard, not subscribed, later, or waiting for a token", async () => {
    const heard = await listenAfter(house.url, token, { topics: [topic] })
    const other = await listenAfter(house.url, token, { topics: ["device.input.rex.on"] })
    await house.report(allowed())
    const first = await newest()
    const late = await listenAfter(house.url, token, { topics: [topic] })
    const replayed = await listenAfter(house.url, token, { topics: [topic], after: "earliest" })
    await replayed.heard.atLeast(1)
    expect((await judgedOf(first)).filter(([is]) => is === "connected")).toEqual([
      ["connected", "heard", true],
      ["connected", "not_subscribed", false],
      ["connected", "subscribed_later", false],
      ["connected", "heard", true],
    ])
    house.advance(301_000)
    await house.report(allowed())
    await heard.heard.until((all) => all.some(({ name }) => name === "invalidToken"))
    token = await house.token()
    const owed = await newest()
    const codes = (await judgedOf(owed)).filter(([is]) => is === "connected").map(([, code]) => code)
    expect(codes).toEqual(["token_lapsed", "not_subscribed", "token_lapsed", "token_lapsed"])
    heard.renew(token)
    await heard.heard.until((all) => all.filter(({ name }) => name === topic).length === 2)
    expect((await judgedOf(owed))[0]).toEqual(["connected", "heard", true])
    for (const each of [heard, other, late, replayed]) each.close()
  })

  it("is told of a listener whose filter leaves it out", async () => {
    const filter = { devices: [demoBuilding.devices[1]!.id] }
    const listener = await listenAfter(house.url, token, { topics: [topic], filter } as object as Asking)
    await house.report(allowed())
    expect((await judgedOf(await newest()))[0]).toEqual(["connected", "filtered", false])
    listener.close()
  })

  it("is told of those that are gone: what they had heard, and what came after them", async () => {
    const listener = await listenAfter(house.url, token, { topics: [topic] })
    await house.report(allowed())
    await listener.heard.atLeast(1)
    const heard = await newest()
    listener.close()
    await goneNow(heard, 2)
    await house.report(allowed())
    const missed = await newest()
    const ofSocket = async (word: string): Promise<Judged> =>
      (await inspect(word)).body.listeners.find(({ transport }) => transport !== "pull")!
    expect(await ofSocket(heard)).toMatchObject({ is: "gone", code: "heard", heard: true, to: 2 })
    expect(await ofSocket(missed)).toMatchObject({ is: "gone", code: "gone_before", heard: false })
  })

  it("is told once of whoever asks again and again over HTTP", async () => {
    let after = "earliest"
    for (let at = 0; at < 5; at++) {
      await house.report(allowed())
      after = (await pull(house.url, token, { topics: topic, after })).cursor
    }
    const { body } = await inspect(after)
    expect(body.listeners).toEqual([
      expect.objectContaining({ is: "gone", transport: "pull", from: 1, to: 10 }),
    ])
  })

  it("is told of a listener with a name that is away: what it has proven, and what it hears when it comes", async () => {
    const raw = await connectNamed(house, token)
    await subscribeNamed(raw, [topic])
    await cut(raw)
    await house.report(allowed())
    const word = await newest()
    await until(async () => (await judgedOf(word)).some(([is]) => is === "away"))
    const away = (await inspect(word)).body.listeners.find(({ is }) => is === "away")
    expect(away).toMatchObject({ name: "wall-3", client: clientId, code: "away", heard: false })
  })

  it("is looked for in one part of the log after the other", async () => {
    const first = doorReport("device.input.rex.on")
    await house.report(first)
    for (let at = 0; at < 6; at++)
      await house.report(Array.from({ length: 1000 }, () => doorReport("device.input.rex.on")))
    const { status, body } = await inspect(first.id)
    expect([status, body]).toEqual([202, { from: 1002, to: 6001, next: 1001 }])
    expect((await inspect(first.id, systemId, "?before=1001")).body).toMatchObject({ position: 1 })
    const found = await command("inspect", first.id, "--json")
    expect(JSON.parse(found.out)).toMatchObject({ position: 1, reportId: first.id })
    expect((await command("inspect", "nothing", "--system", systemId)).err).toContain("event_unknown")
  })

  it("is told by a folder on which no server runs, without those who were connected", async () => {
    const report = allowed()
    await house.report(report)
    await house.server().close()
    const { code, out } = await command("inspect", report.id)
    expect(code).toBe(0)
    expect(out).toContain("No server runs on this data folder")
    expect(out).toMatch(/^position +1 of 1 to 2/)
  })
})

const command = (...args: string[]) => doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended

describe("The command", () => {
  it("ends quietly when its reader has had enough, as with | head -1", async () => {
    await house.report(allowed())
    const program = doorstream(["inspect", await newest()], { DOORSTREAM_DATA: house.dataFolder })
    program.stopReading()
    expect(await program.ended).toMatchObject({ code: 0, signal: null, err: "" })
  })

  it("says that there is nothing to look for where the word is empty, as an unset variable is", async () => {
    expect(await command("inspect", "")).toMatchObject({
      code: 1,
      err: "doorstream: There is nothing to look for: name a cursor or an id.\n",
    })
  })

  it("prints what an event is, and who has heard it, and finds the system by itself", async () => {
    const listener = await listenAfter(house.url, token, { topics: [topic] })
    const report = allowed()
    await house.report(report)
    await listener.heard.atLeast(1)
    const cursor = (await inspect(report.id)).body.cursor
    const { code, out } = await command("inspect", cursor)
    expect(code).toBe(0)
    expect(out).toMatch(/^position +1 of 1 to 2, in the log of system /)
    expect(out).toMatch(
      new RegExp(`report +${report.id}\ncloud node +${cloudNode.name} \\(1234ABC\\)\nbeside it`),
    )
    expect(out).toMatch(
      /\nLISTENER +CLIENT +ADDRESS +IS +HEARD +WHY\ntester #1 +.* connected .* yes +It was sent this\.\n/,
    )
    listener.close()
  })
})

describe("What is not to be found is refused clearly:", () => {
  it.each([
    ["a cursor that is none", "1.x", "cursor_malformed"],
    ["one of another log", "1.abcdefgh.1", "cursor_of_another_log"],
    ["an id that is none", "nowhere", "event_unknown"],
  ])("%s", async (_, word, code) => {
    await house.report(allowed())
    expect((await inspect(word === "1.x" ? "1.x.Y" : word)).body).toMatchObject({ code })
  })

  it("one from the future, the beginning, and a system that is not there", async () => {
    await house.report(allowed())
    const { cursor } = (await inspect(await newest())).body
    const at = (position: string): string => cursor.replace(/[^.]*$/, position)
    expect((await inspect(at("zz"))).body).toMatchObject({ code: "cursor_ahead" })
    expect((await inspect(at("0"))).body).toMatchObject({ code: "event_unknown" })
    expect((await inspect(cursor, "nowhere")).body).toMatchObject({ code: "system_unknown" })
    expect((await inspect(cursor, otherSystemId)).body).toMatchObject({ code: "cursor_of_another_log" })
  })

  it("one that is kept no longer", async () => {
    await house.report(allowed())
    const cursor = await newest()
    house.advance(8 * 86_400_000)
    await house.server().close()
    await house.restart()
    const { id } = (await operate<{ id: string }>(house, "POST", "/systems", { name: "Gone" })).body
    // Names and logs are swept at the latest when a system is removed.
    await operate(house, "DELETE", `/systems/${id}?name=Gone`)
    await until(async () => (await inspect(cursor)).status === 410)
    expect((await inspect(cursor)).body).toMatchObject({ code: "event_gone" })
  })
})
