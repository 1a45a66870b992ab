/** The listeners in other languages, built and run as a user does it: each a process of its own, a real server. */
import { cpSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
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
import { endPrograms, run, type Program } from "../support/program.js"
import { lackOf, languages, type Language } from "./toolchains.js"

const minute = 60_000
const day = 24 * 60 * minute

let house: House
beforeAll(async () => (house = await openHouse({ options: { drainWithin: 500 } })))
afterEach(endPrograms)
afterAll(() => house.close())

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Where it is built: outside of git, and kept, so that the next time is quick. */
const folderOf = ({ name }: Language): string => join(root, ".ci/out/languages", name)

async function build(language: Language): Promise<void> {
  const cwd = folderOf(language)
  cpSync(join(root, "examples", language.name), cwd, {
    recursive: true,
    preserveTimestamps: true,
    // What somebody has built by hand stays where it is.
    filter: (path) => !/[/\\](target|\.venv|__pycache__)$/.test(path),
  })
  for (const line of language.build) {
    // Others work on this machine at the same time.
    const { code, out, err } = await run("nice", ["-n", "10", "sh", "-c", line], {}, cwd).ended
    if (code !== 0) throw new Error(`${line} ended with ${code}:\n${out}${err}`)
  }
}

function start(language: Language, secret = clientSecret, topics: readonly string[] = []): Program {
  const [command, ...args] = language.run
  const environment = {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: secret,
    DOORSTREAM_SYSTEM: systemId,
  }
  const cwd = folderOf(language)
  return run(command.includes("/") ? join(cwd, command) : command, [...args, ...topics], environment, cwd)
}

interface Said {
  readonly topic: string
  readonly event: { readonly occurred?: number }
}

const read = (lines: readonly string[]): Said[] => lines.map((line) => JSON.parse(line) as Said)

/** When each event occurred that was heard, in the order of hearing. */
const timesIn = (lines: readonly string[]): number[] =>
  read(lines).flatMap(({ event: { occurred } }) => (occurred === undefined ? [] : [occurred]))

/** Lets people come in until one more was heard: then it listens. Resolves with the time of the last one. */
async function untilItListens(program: Program): Promise<number> {
  const count = timesIn(program.out.all).length
  const ends = program.until(() => false)
  let last: Report
  do {
    last = allowed()
    await Promise.race([house.report(last), ends])
  } while (timesIn(program.out.all).length === count)
  await program.until((lines) => timesIn(lines).includes(last.occurred))
  return last.occurred
}

for (const language of languages)
  describe(`The listener in examples/${language.name}`, () => {
    const lack = lackOf(language)
    beforeAll(async () => {
      if (lack === undefined) await build(language)
      else console.log(lack)
    }, 10 * minute)
    beforeEach(({ skip }) => skip(lack !== undefined, lack))

    const interrupt = async (program: Program): Promise<void> => {
      program.kill("SIGINT")
      const { code, signal } = await program.ended
      expect({ code, signal }).toEqual({ code: language.interrupted, signal: null })
    }

    it("hears doors in order, renews its token, gets what it missed, and ends on Ctrl-C without a word", async () => {
      const program = start(language)
      const last = await untilItListens(program)
      house.advance(301_000)
      await house.report(Array.from({ length: 3 }, allowed))
      const reports = Array.from({ length: 300 }, allowed)
      await house.report(reports)
      const lines = await program.until((all) => timesIn(all).includes(reports.at(-1)!.occurred))
      const times = timesIn(lines).filter((time) => time >= last)
      expect(times).toEqual(Array.from(times, (_, index) => last + index))
      expect(read(lines).map(({ topic }) => topic)).toContain("invalidToken")
      await interrupt(program)
      expect((await program.ended).err).toBe("")
    })

    it("comes back by itself with a fresh token, after longer than the old one could be renewed", async () => {
      const program = start(language)
      await untilItListens(program)
      await house.server().close()
      house.advance(40 * day)
      await house.restart()
      await untilItListens(program)
      await interrupt(program)
    })

    it("ends on Ctrl-C also while there is no server", async () => {
      const program = start(language)
      await untilItListens(program)
      await house.server().close()
      await interrupt(program)
      await house.restart()
    })

    it("hears the topics that it is given", async () => {
      const program = start(language, clientSecret, ["device.request.allowed", "device.input.rex.*"])
      await untilItListens(program)
      const reports = ["device.input.relay.on", "device.input.rex.on"].map((topic) => doorReport(topic))
      await house.report(reports)
      const lines = await program.until((all) => timesIn(all).includes(reports[1]!.occurred))
      expect(read(lines).at(-1)!.topic).toBe("device.input.rex.on")
      expect(timesIn(lines)).not.toContain(reports[0]!.occurred)
      await interrupt(program)
    })

    it("says so and ends where its credentials are not good", async () => {
      const { code, out, err } = await start(language, "not the secret").ended
      expect({ code, out }).toEqual({ code: 1, out: "" })
      expect(err).toContain("invalid_client")
    })
  })
