/** The specification's code samples, as they stand, on a replay of what they heard before. Where the environment does not name the text, this says so. */
import { readFileSync } from "node:fs"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
import {
  allowed,
  clientId,
  clientSecret,
  openHouse,
  requestToken,
  systemId,
  type House,
} from "../support/house.js"
import { Heard } from "../support/listeners.js"
import { endPrograms } from "../support/program.js"
import { pull } from "../support/pulling.js"
import { extractSamples } from "./extract.js"
import { runSample } from "./run-sample.js"

const file = process.env["DOORSTREAM_SPEC"]
const topic = "device.request.allowed"

let house: House
let past: readonly object[]
beforeAll(async () => {
  house = await openHouse()
  for (let at = 0; at < 20; at++) await house.report([allowed(), allowed()])
  const { events } = await pull(house.url, await house.token(), { topics: topic, after: "earliest" })
  past = events.map(({ event }) => event)
})
afterEach(endPrograms)
afterAll(() => house.close())

async function replay(): Promise<string> {
  const program = doorstream(["replay", "--speed", "max", "--stay"], {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: clientSecret,
    DOORSTREAM_SYSTEM: systemId,
  })
  return program.prints(/^http:\/\/127\.0\.0\.1:\d+$/)
}

/** Runs a sample on a replay; resolves with as much as was heard before. */
async function printedBy(
  code: string,
  instead: Readonly<Record<string, string>>,
): Promise<readonly object[]> {
  const url = await replay()
  const printed = new Heard<object>()
  const given = {
    systemId,
    systemToken: await requestToken(url),
    getSystemToken: () => requestToken(url),
    console: { log: (event: unknown) => printed.add(event as object) },
    setInterval: () => undefined,
  }
  const socket = runSample(code, url, given, instead)
  try {
    return await printed.atLeast(past.length)
  } finally {
    socket.close()
  }
}

function describeSamples(path: string): void {
  const samples = () => extractSamples(readFileSync(path, "utf8"))

  for (const name of ["socket.io-client-2", "socket.io-client-3", "socket.io-client"])
    it(`print with ${name} what was printed then`, async () => {
      expect(await printedBy(samples().socketIo, { "socket.io-client": name })).toEqual(past)
    })

  it("print with a plain WebSocket what was printed then", async () => {
    expect(await printedBy(samples().webSocket, {})).toEqual(past)
  })
}

/** The text belongs to its vendor and is not in this repository. */
function describeAbsence(): void {
  it("are not run, because DOORSTREAM_SPEC does not name its text", ({ task, skip }) => {
    console.log(`The samples of the specification on a replay ${task.name}.`)
    skip(task.name)
  })
}

describe("The samples of the specification, on a replay,", () =>
  file === undefined ? describeAbsence() : describeSamples(file))
