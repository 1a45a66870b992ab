/** The `doorstream` command as somebody uses it in a terminal: its help, `token` and `listen`. */
import { createServer } from "node:http"
import { once } from "node:events"
import type { AddressInfo } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { doorstream } from "../support/command.js"
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
import { endPrograms, type Environment, type Program } from "../support/program.js"

let house: House
let account: Environment
beforeAll(async () => {
  house = await openHouse()
  account = {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: clientSecret,
    DOORSTREAM_SYSTEM: systemId,
  }
})
afterEach(endPrograms)
afterAll(() => house.close())

/** How a command ends that a user can mend: in one line, without a stack trace. */
async function complaintOf(args: readonly string[], environment: Environment): Promise<string> {
  const { code, out, err } = await doorstream(args, environment).ended
  expect({ code, out, lines: err.split("\n").length }).toEqual({ code: 1, out: "", lines: 2 })
  return err
}

describe("--help", () => {
  const helps: readonly (readonly [command: string, ...says: RegExp[]])[] = [
    ["", /serve/, /demo/, /token/, /listen/, /simulate/, /trigger/, /system/, /client/],
    ["serve", /DOORSTREAM_PUBLIC_URL\n.*Required/, /PORT\n.*8080/, /DOORSTREAM_DATA/],
    ["demo", /npm start/, /DOORSTREAM_SYSTEM_TOKEN_TTL/],
    ["token", /DOORSTREAM_CLIENT/, /DOORSTREAM_SECRET/],
    ["listen", /\[topics\.\.\.\]/, /--pretty/, /'device\.alarm\.\*'/, /DOORSTREAM_URL/],
    ["simulate", /--seed <n>/, /--doors <n>/, /--speed <n\|max>/, /morning-rush/, /DOORSTREAM_SYSTEM/],
    ["trigger", /\[topic\]/, /--door <name\|id>/, /--wait <duration>/, /DOORSTREAM_SYSTEM/],
    ["system", /create/, /list/, /DOORSTREAM_DATA/],
    ["system create", /--name/],
    ["client", /create/, /list/, /DOORSTREAM_DATA/],
    ["client create", /--name/, /--system/, /--scope.*\n?.*listen, report, manage, command/],
  ]

  it("tells of every command what it does and what it reads", async () => {
    for (const [command, ...says] of helps) {
      const { code, out, err } = await doorstream([...command.split(" ").filter(Boolean), "--help"]).ended
      expect({ command, code, err }).toEqual({ command, code: 0, err: "" })
      expect(out).toMatch(new RegExp(`^Usage: doorstream ${command}`))
      for (const each of says) expect(out).toMatch(each)
    }
  })

  it("is pointed at when a command is not known, and a likely one is named", async () => {
    const { code, out, err } = await doorstream(["lisen"]).ended
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toContain("Did you mean listen?")
    expect(err).toContain("--help")
  })
})

describe("doorstream token", () => {
  it("prints a token that opens the system, and nothing else", async () => {
    const { code, out, err } = await doorstream(["token"], account).ended
    expect({ code, err }).toEqual({ code: 0, err: "" })
    expect(out).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const headers = { Authorization: `Bearer ${out.trim()}` }
    expect((await fetch(`${house.url}/${systemId}/holders`, { headers })).status).toBe(200)
  })

  it("finds its server by HOST and PORT where DOORSTREAM_URL names none", async () => {
    const { hostname: HOST, port: PORT } = new URL(house.url)
    const { DOORSTREAM_URL: _, ...others } = account
    expect((await doorstream(["token"], { ...others, HOST, PORT }).ended).out).toMatch(/^eyJ/)
  })

  it("says what is wrong in one line", async () => {
    const complaints = [
      [{ DOORSTREAM_SECRET: "wrong" }, "invalid_client: "],
      [{ DOORSTREAM_SYSTEM: "nowhere" }, "system_"],
      [
        { DOORSTREAM_URL: "localhost" },
        'DOORSTREAM_URL must be an address such as http://127.0.0.1:8080; it is "localhost"',
      ],
      [
        { DOORSTREAM_URL: "http://127.0.0.1:1" },
        "No server answers at http://127.0.0.1:1. Start one with `npm start`",
      ],
    ] as const
    for (const [wrong, words] of complaints)
      expect(await complaintOf(["token"], { ...account, ...wrong })).toContain(words)
  })

  it("says so when what answers is no Doorstream", async () => {
    const other = createServer((_, response) => response.end("<html>")).listen(0, "127.0.0.1")
    await once(other, "listening")
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`
    expect(await complaintOf(["token"], { DOORSTREAM_URL: url })).toContain("something that is not JSON")
    other.close()
    other.closeAllConnections()
  })
})

interface Said {
  readonly topic: string
  readonly event: { readonly occurred: number }
}

const timesIn = (lines: readonly string[]): number[] =>
  lines.map((line) => (JSON.parse(line) as Said).event.occurred)

/** Reports until the listener has printed something more: then it listens. Resolves with what was reported last. */
async function untilItListens(listener: Program): Promise<Report> {
  const count = listener.out.all.length
  const ends = listener.until(() => false)
  let last: Report
  do {
    last = allowed()
    await Promise.race([house.report(last), ends])
  } while (listener.out.all.length === count)
  return last
}

describe("doorstream listen", () => {
  it("prints each event as a line of JSON, only of the topics that are named", async () => {
    const listener = doorstream(["listen", "device.request.*", "device.input.rex.on"], account)
    const { occurred } = await untilItListens(listener)
    const reports = [doorReport("device.input.rex.off"), doorReport("device.input.rex.on"), allowed()]
    await house.report(reports)
    const lines = await listener.until((all) => timesIn(all).includes(reports[2]!.occurred))
    expect(timesIn(lines).filter((time) => time > occurred)).toEqual([
      reports[1]!.occurred,
      reports[2]!.occurred,
    ])
    expect(Object.keys(JSON.parse(lines[0]!) as Said)).toEqual(["topic", "event"])
  })

  it("hears every topic where none is named, and prints lines for a person with --pretty", async () => {
    const listener = doorstream(["listen", "--pretty"], account)
    await untilItListens(listener)
    const sentence = await listener.prints(/liveEvent/)
    expect(sentence).toMatch(/^\d\d:\d\d:\d\d {2}liveEvent {20}Person "Amara Okafor" has requested access/)
    const line = await listener.prints(/device\.request\.allowed/)
    expect(line).toMatch(/^\d\d:\d\d:\d\d {2}device\.request\.allowed {7}Front Door, Amara Okafor$/)
  })

  it("renews its token by itself, and prints what it missed meanwhile", async () => {
    const listener = doorstream(["listen", "device.request.allowed"], account)
    const { occurred } = await untilItListens(listener)
    house.advance(301_000)
    const missed = [allowed(), allowed(), allowed()]
    await house.report(missed)
    const lines = await listener.until((all) => timesIn(all).includes(missed[2]!.occurred))
    expect(timesIn(lines).filter((time) => time > occurred)).toEqual(missed.map((report) => report.occurred))
  })

  it("comes back by itself when the server was away for longer than any token is good", async () => {
    const listener = doorstream(["listen", "device.request.allowed"], account)
    await untilItListens(listener)
    await house.server().close()
    await listener.prints(/coming back/, "err")
    house.advance(40 * 86_400_000)
    await house.restart()
    await untilItListens(listener)
    listener.kill("SIGTERM")
    expect(await listener.ended).toMatchObject({ code: 0, signal: null })
  })

  it("ends on Ctrl-C without a word", async () => {
    const listener = doorstream(["listen"], account)
    await untilItListens(listener)
    listener.kill("SIGINT")
    expect(await listener.ended).toMatchObject({
      code: 0,
      signal: null,
      err: `doorstream: listening at ${house.url}\n`,
    })
  })

  it("ends quietly when its reader has had enough, as with | head -1", async () => {
    const listener = doorstream(["listen"], account)
    await untilItListens(listener)
    listener.stopReading()
    let hasEnded = false
    const ending = listener.ended.finally(() => (hasEnded = true))
    for (;;) {
      await house.report(allowed())
      if (hasEnded) break
    }
    expect(await ending).toMatchObject({
      code: 0,
      signal: null,
      err: `doorstream: listening at ${house.url}\n`,
    })
  })

  it("says which topic is unknown, and listens to the others", async () => {
    const listener = doorstream(["listen", "device.request.maybe", "device.request.allowed"], account)
    await untilItListens(listener)
    expect(await listener.prints(/maybe/, "err")).toContain("device.request.maybe: There is no such topic.")
  })

  it("ends where there is nothing to listen to", async () => {
    const { code, out, err } = await doorstream(["listen", "device.request.maybe"], account).ended
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toContain("device.request.maybe: There is no such topic.")
    expect(err).not.toContain("    at ")
  })

  it("says in one line that there is no server, or that it may not listen", async () => {
    const nobody = { ...account, DOORSTREAM_URL: "http://127.0.0.1:1" }
    expect(await complaintOf(["listen"], nobody)).toContain("No server answers at http://127.0.0.1:1.")
    const reporters = await openHouse({ clientScopes: ["report"] })
    expect(await complaintOf(["listen"], { ...account, DOORSTREAM_URL: reporters.url })).toContain(
      "scope_missing",
    )
    await reporters.close()
  })
})
