/** `doorstream listen` from the past on, filtered, with the state, and across cuts: as somebody uses it in a terminal. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { demoBuilding } from "@doorstream/simulator"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream, makeFolder } from "../support/command.js"
import {
  allowed,
  clientId,
  clientSecret,
  doorReport,
  frontDoor,
  openHouse,
  systemId,
  type House,
  type Report,
} from "../support/house.js"
import { endPrograms, type Program } from "../support/program.js"
import { askEvents, pull } from "../support/pulling.js"
import { until } from "../support/named.js"
import { operate } from "../support/operator.js"

const topic = "device.request.allowed"
const otherDoor = demoBuilding.devices[1]!

let house: House
beforeEach(async () => (house = await openHouse({ options: { drainWithin: 300 } })))
afterEach(async () => {
  await endPrograms()
  await house.close()
})

const listening = (...args: string[]): Program =>
  doorstream(["listen", ...args], {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: clientSecret,
    DOORSTREAM_SYSTEM: systemId,
  })

interface Line {
  readonly topic: string
  readonly cursor?: string
  readonly event: { readonly occurred: number; readonly [more: string]: unknown }
}

const linesOf = (program: Program): Line[] => program.out.all.map((line) => JSON.parse(line) as Line)
const timesOf = (program: Program): number[] => linesOf(program).map(({ event }) => event.occurred)

/** Resolves when the program has printed exactly these reports, and one more that comes after them. */
async function printsExactly(program: Program, reports: readonly Report[]): Promise<void> {
  const last = allowed()
  await program.prints(/listening at/, "err")
  await house.report(last)
  await program.until(() => timesOf(program).includes(last.occurred))
  expect(timesOf(program)).toEqual([...reports, last].map(({ occurred }) => occurred))
}

const several = (count: number): Report[] => Array.from({ length: count }, () => allowed())

const cursorOf = async (at: number): Promise<string> => {
  const { events } = await pull(house.url, await house.token(), { topics: topic, after: "earliest" })
  return events[at]!.cursor
}

describe("doorstream listen --after", () => {
  it("begins with the oldest, with the last ones, after a cursor, or so long ago", async () => {
    const reports = several(4)
    await house.report(reports.slice(0, 2))
    house.advance(3_600_000)
    await house.report(reports.slice(2))
    const before = await cursorOf(0)
    const places = [
      ["earliest", reports],
      ["last:3", reports.slice(1)],
      [before, reports.slice(1)],
      ["2h", reports],
    ] as const
    for (const [place, expected] of places) {
      const program = listening(topic, "--after", place)
      await program.until((all) => all.length >= expected.length)
      expect(timesOf(program)).toEqual(expected.map(({ occurred }) => occurred))
      program.kill("SIGINT")
      await program.ended
    }
  })

  it("says in one line what is no place, what is no cursor of this log, and what goes not together", async () => {
    await house.report(allowed())
    const ahead = (await cursorOf(0)).replace(/[^.]*$/, "zz")
    const complaints = [
      [["--after", "tomorrow"], "--after must be earliest, last:100"],
      [["--after", ahead], "cursor_ahead: The log has not come as far as this cursor."],
      [["--after", "last:99999"], "after_invalid"],
      [["--state", "--after", "2h"], "--state is how things are now"],
      [["--filter", "door=1"], "--filter must be device=…"],
      [["--filter", "device=nowhere"], "filter_unknown"],
    ] as const
    for (const [args, words] of complaints) {
      const { code, out, err } = await listening(...args).ended
      expect([code, out, err.split("\n").length]).toEqual([1, "", 2])
      expect(err).toContain(words)
    }
  })

  it("tells of what is kept no longer, and goes on with what is", async () => {
    await house.report(several(2))
    const cursor = await cursorOf(0)
    house.advance(8 * 86_400_000)
    await house.server().close()
    await house.restart()
    const { id } = (await operate<{ id: string }>(house, "POST", "/systems", { name: "Gone" })).body
    // Logs are swept at the latest when a system is removed.
    await operate(house, "DELETE", `/systems/${id}?name=Gone`)
    const token = await house.token()
    await until(
      async () => (await askEvents(house.url, token, { topics: topic, after: cursor })).status === 410,
    )
    const program = listening(topic, "--after", cursor)
    await program.prints(/kept no longer and .* not heard/, "err")
    const report = allowed()
    await house.report(report)
    await program.until((all) => all.length === 2)
    expect(linesOf(program)).toEqual([
      { topic: "stream.gap", event: expect.objectContaining({ reason: "retention" }) },
      { topic, event: expect.objectContaining({ occurred: report.occurred }) },
    ])
  })
})

describe("doorstream listen --filter", () => {
  it("hears what is about the devices and holders that are named, in the past and now", async () => {
    const there = doorReport("device.input.rex.on")
    const elsewhere = doorReport("device.input.rex.on", { deviceId: otherDoor.id })
    await house.report([elsewhere, there, elsewhere])
    const program = listening("device.*", "--after", "earliest", "--filter", `device=${frontDoor.id}`)
    await program.until((all) => all.length === 1)
    await house.report(doorReport("device.input.rex.off", { deviceId: otherDoor.id }))
    await printsExactly(program, [there])
  })
})

describe("doorstream listen --cursors", () => {
  it("prints with each event where to go on, and goes on there with nothing lost and nothing twice", async () => {
    const reports = several(4)
    await house.report(reports)
    const program = listening(topic, "--after", "earliest", "--cursors")
    await program.until((all) => all.length === 4)
    const { cursor } = linesOf(program)[1]!
    const again = listening(topic, "--after", cursor!)
    await again.until((all) => all.length === 2)
    expect(timesOf(again)).toEqual(reports.slice(2).map(({ occurred }) => occurred))
  })
})

describe("doorstream listen --keep", () => {
  it("goes on where it was when it is started again", async () => {
    const folder = makeFolder()
    const file = join(folder.path, "cursor.txt")
    const first = listening(topic, "--keep", file)
    await first.prints(/listening at/, "err")
    const heard = several(2)
    await house.report(heard)
    await first.until((all) => all.length === 2)
    first.kill("SIGINT")
    expect(await first.ended).toMatchObject({ code: 0 })
    expect(readFileSync(file, "utf8")).toMatch(/^1\..*\n$/)
    const missed = several(3)
    await house.report(missed)
    await printsExactly(listening(topic, "--keep", file), missed)
    // It may be writing its file.
    await endPrograms()
    folder.remove()
  })

  it("says so where the file cannot be read", async () => {
    const folder = makeFolder()
    const { code, err } = await listening(topic, "--keep", folder.path).ended
    expect([code, err]).toEqual([1, expect.stringContaining("store_failed")])
    expect(existsSync(folder.path)).toBe(true)
    folder.remove()
  })
})

describe("doorstream listen", () => {
  it("loses nothing that happens before it is back from a cut", async () => {
    const program = listening(topic)
    await program.prints(/listening at/, "err")
    const before = allowed()
    await house.report(before)
    await program.until((all) => all.length === 1)
    await house.restart()
    const after = several(5)
    await house.report(after)
    await program.until((all) => all.length === 6)
    expect(timesOf(program)).toEqual([before, ...after].map(({ occurred }) => occurred))
  })
})

describe("doorstream listen --state", () => {
  it("says first how every door is, then what changes", async () => {
    await house.report([
      doorReport("device.input.relay.on"),
      doorReport("device.alarm.forced"),
      doorReport("device.input.dps.opened"),
    ])
    const program = listening("device.*", "--state")
    await program.until((all) => all.length === 1)
    const change = doorReport("device.alarm.forced.cleared")
    await house.report(change)
    await program.until((all) => all.length === 2)
    const [state, changed] = linesOf(program)
    const { doors } = state!.event as unknown as { doors: { id: string }[] }
    expect(state!.topic).toBe("stream.state")
    expect(doors.find(({ id }) => id === frontDoor.id)).toMatchObject({
      lock: "unlocked",
      dps: "open",
      forced: true,
      propped: null,
    })
    expect(changed).toMatchObject({ topic: change.topic, event: { occurred: change.occurred } })
  })

  it("prints a table of it for a person", async () => {
    await house.report([doorReport("device.input.relay.on"), doorReport("device.alarm.forced")])
    const program = listening("--state", "--pretty")
    await program.prints(/^DOOR +CLOUD NODE +LOCK +DPS +ALARM +REX +MODE$/)
    expect(await program.prints(/^Front Door /)).toMatch(
      /^Front Door +Demo Cloud Node +unlocked +\? +FORCED +\?$/,
    )
    await program.prints(/^CLOUD NODE +SERIAL NUMBER +CONNECTED +SYNCED$/)
    await house.report(doorReport("device.alarm.forced.cleared"))
    await program.prints(/device\.alarm\.forced\.cleared +Front Door$/)
  })
})
