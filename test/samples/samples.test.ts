/**
 * The specification's code samples, taken out of its text and run as they stand, with only the host changed. Where the
 * environment does not name the text, this says so.
 */
import { readFileSync } from "node:fs"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { doorReport, openHouse, someone, systemId, type House } from "../support/house.js"
import { Heard } from "../support/listeners.js"
import { extractEvent, extractSamples } from "./extract.js"
import { runSample, type SampleSocket } from "./run-sample.js"

const topic = "device.request.allowed"
const [credential] = someone.credentials

/** A granted read of which everything is known. */
const granted = () =>
  doorReport(topic, {
    holderId: someone.id,
    credentialId: credential!.id,
    requestFactor: "CARD_ONLY",
    facilityCode: credential!.facilityCode,
    cardNumber: credential!.cardNumber,
  })

const file = process.env["DOORSTREAM_SPEC"]

let house: House
let socket: SampleSocket
let printed: Heard<Record<string, unknown>>
let intervals: { readonly act: () => void; readonly milliseconds: number }[]
let renewals: number

beforeAll(async () => (house = await openHouse()))
afterEach(() => void socket?.close())
afterAll(() => house.close())

/** Runs a sample in a server whose listener it becomes. */
async function run(code: string, instead?: Readonly<Record<string, string>>): Promise<void> {
  printed = new Heard()
  intervals = []
  renewals = 0
  const given = {
    systemId,
    systemToken: await house.token(),
    getSystemToken: () => {
      renewals += 1
      return house.token()
    },
    console: { log: (event: unknown) => printed.add(event as Record<string, unknown>) },
    setInterval: (act: () => void, milliseconds: number) => void intervals.push({ act, milliseconds }),
  }
  socket = runSample(code, house.url, given, instead)
}

const timesPrinted = (): unknown[] => printed.all.map(({ occurred }) => occurred)

/** Lets somebody in, and again, until the sample has printed that: then it has subscribed. Resolves with all who came. */
async function untilItListens(): Promise<number[]> {
  const times: number[] = []
  do {
    const report = granted()
    times.push(report.occurred)
    await house.report(report)
  } while (printed.all.length === 0)
  await printed.until(() => timesPrinted().includes(times.at(-1)))
  return times
}

/** The keys of an event at every depth, in their order, with the kinds of their values. */
const shapeOf = (value: unknown): unknown =>
  typeof value === "object" && value !== null
    ? Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)])
    : value === null
      ? "null"
      : typeof value

/** What both sets of samples promise. */
function promises(code: () => string, text: () => string, instead?: Readonly<Record<string, string>>): void {
  it("print an event with exactly the specification's keys, in its order", async () => {
    await run(code(), instead)
    await untilItListens()
    expect(shapeOf(printed.all[0])).toEqual(shapeOf(extractEvent(text(), topic)))
  })

  it("renew a token that has lapsed, and print what was missed, once and in order", async () => {
    await run(code(), instead)
    const before = await untilItListens()
    house.advance(301_000)
    const missed = [granted(), doorReport("device.input.rex.on"), granted(), granted()]
    await house.report(missed)
    const newer = granted()
    const expected = [...missed.filter((report) => report.topic === topic), newer]
    await printed.until(() => timesPrinted().includes(expected.at(-2)!.occurred))
    await house.report(newer)
    await printed.until(() => timesPrinted().includes(newer.occurred))
    expect(timesPrinted().filter((time) => Number(time) > before.at(-1)!)).toEqual(
      expected.map(({ occurred }) => occurred),
    )
    expect(renewals).toBeGreaterThan(0)
  })
}

function describeSamples(path: string): void {
  const text = (): string => readFileSync(path, "utf8")

  for (const [version, name] of [
    ["2.5", "socket.io-client-2"],
    ["3.1", "socket.io-client-3"],
    ["4.8", "socket.io-client"],
  ])
    describe(`for Socket.IO, with socket.io-client ${version},`, () => {
      promises(() => extractSamples(text()).socketIo, text, { "socket.io-client": name! })
    })

  describe("for a plain WebSocket", () => {
    promises(() => extractSamples(text()).webSocket, text)

    it("ping every 25 seconds, and are answered", async () => {
      await run(extractSamples(text()).webSocket)
      const frames = new Heard<string>()
      socket.on("message", (data: Buffer) => frames.add(data.toString("utf8")))
      await untilItListens()
      expect(intervals.map(({ milliseconds }) => milliseconds)).toEqual([25_000])
      intervals[0]!.act()
      expect(await frames.until((all) => all.includes("3"))).toContain("3")
    })
  })
}

/** The text belongs to its vendor and is not in this repository. */
function describeAbsence(): void {
  it("are not run, because DOORSTREAM_SPEC does not name its text", ({ task, skip }) => {
    console.log(`The samples of the specification ${task.name}.`)
    skip(task.name)
  })
}

describe("The samples of the specification", () =>
  file === undefined ? describeAbsence() : describeSamples(file))
