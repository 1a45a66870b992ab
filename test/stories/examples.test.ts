/** Every example, run as a user runs it: a process of its own against a real server. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import {
  allowed,
  clientId,
  clientSecret,
  doorReport,
  openHouse,
  systemId,
  type House,
  type Report,
} from "../support/house.js"
import { endPrograms, runNode, type Program } from "../support/program.js"

const libraries = {
  "2.5": "socket.io-client-2",
  "3.1": "socket.io-client-3",
  "4.8": "socket.io-client",
}
const ways = ["websocket", "polling", "polling,websocket"]

const listeners: readonly (readonly [what: string, name: string, ...args: string[]])[] = [
  ...Object.entries(libraries).flatMap(([version, library]) =>
    ways.map(
      (way) => [`socket-io.cjs with version ${version} over ${way}`, "socket-io.cjs", library, way] as const,
    ),
  ),
  ["socket-io.cjs as it comes", "socket-io.cjs"],
  ["websocket.cjs", "websocket.cjs"],
  ["websocket-engine-io-4.mjs", "websocket-engine-io-4.mjs"],
  ["auth-at-connect.mjs", "auth-at-connect.mjs"],
]

let house: House
beforeAll(async () => (house = await openHouse()))
afterEach(endPrograms)
afterAll(() => house.close())

const start = (name: string, ...args: string[]): Program =>
  runNode([`examples/${name}`, ...args], {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: clientSecret,
    DOORSTREAM_SYSTEM: systemId,
  })

interface Said {
  readonly topic: string
  readonly event: { readonly occurred?: number; readonly [key: string]: unknown }
}

const read = (lines: readonly string[]): Said[] => lines.map((line) => JSON.parse(line) as Said)

/** When each event occurred that was heard, in the order of hearing. */
const timesIn = (lines: readonly string[]): number[] =>
  read(lines).flatMap(({ topic, event }) => (topic === "device.request.allowed" ? [event.occurred!] : []))

/** Lets people come in until the example has heard one: then it listens. Resolves with the last that came in. */
async function untilItListens(example: Program): Promise<number> {
  const count = timesIn(example.out.all).length
  const ends = example.until(() => false)
  let last: Report
  do {
    last = allowed()
    await Promise.race([house.report(last), ends])
  } while (timesIn(example.out.all).length === count)
  await example.until((lines) => timesIn(lines).includes(last.occurred))
  return last.occurred
}

describe.each(listeners)("The example %s", (_, name, ...args) => {
  it("hears doors, renews its token by itself, gets what it missed, and ends on Ctrl-C", async () => {
    const example = start(name, ...args)
    const last = await untilItListens(example)

    house.advance(301_000)
    const missed = [allowed(), allowed(), allowed()]
    await house.report(missed)
    await example.until((lines) => timesIn(lines).includes(missed[2]!.occurred))
    const newer = allowed()
    await house.report(newer)
    const lines = await example.until((all) => timesIn(all).includes(newer.occurred))
    expect(timesIn(lines).filter((time) => time > last)).toEqual(
      [...missed, newer].map(({ occurred }) => occurred),
    )
    expect(read(lines).map(({ topic }) => topic)).toContain("invalidToken")

    example.kill("SIGINT")
    expect(await example.ended).toMatchObject({ code: 0, signal: null, err: "" })
  })
})

describe("An example that goes on listening", () => {
  const minute = 60_000
  const day = 24 * 60 * minute

  it.each([
    ["socket-io.cjs", "40 minutes", 40 * minute],
    ["websocket.cjs", "40 days", 40 * day],
    ["auth-at-connect.mjs", "40 days", 40 * day],
  ])("comes back by itself: %s after %s", async (name, _, away) => {
    const example = start(name)
    await untilItListens(example)
    await house.server().close()
    house.advance(away)
    await house.restart()
    await untilItListens(example)
    example.kill("SIGINT")
    expect(await example.ended).toMatchObject({ code: 0, signal: null })
  })
})

describe("A listening example with credentials that are not good", () => {
  it.each(["socket-io.cjs", "websocket-engine-io-4.mjs"])("says so and ends: %s", async (name) => {
    const example = runNode([`examples/${name}`], { DOORSTREAM_URL: house.url })
    const { code, out, err } = await example.ended
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toContain("invalid_client")
  })
})

describe("The example report.mjs", () => {
  it("reports an entry, and the same again without doubling it", async () => {
    const listener = start("auth-at-connect.mjs")
    await untilItListens(listener)
    const { code, out } = await start("report.mjs").ended
    expect(code).toBe(0)

    const said = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { time: string; id: string; position: number })
    const positionsOf = (time: string) =>
      said.filter((each) => each.time === time).map(({ position }) => position)
    const first = positionsOf("first")
    // The granted request has its sentence beside it, in the position that follows.
    expect(first).toEqual([0, 2, 3, 4, 5].map((more) => first[0]! + more))
    expect(positionsOf("again")).toEqual(first)

    const end = doorReport("device.input.rex.on")
    const { accepted } = await house.report(end)
    expect(accepted[0]!.position).toBe(first.at(-1)! + 1)
    const lines = await listener.until((all) =>
      read(all).some(({ event }) => event.occurred === end.occurred),
    )
    expect(
      read(lines)
        .slice(-7)
        .map(({ topic }) => topic),
    ).toEqual([
      "device.request.allowed",
      "liveEvent",
      "device.input.relay.on",
      "device.input.dps.opened",
      "device.input.relay.off",
      "device.input.dps.closed",
      "device.input.rex.on",
    ])
  })
})
