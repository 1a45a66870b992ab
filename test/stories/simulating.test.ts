/** `doorstream simulate` and `doorstream trigger` as somebody uses them in two terminals, beside a server. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { isTopicName, topicNames } from "@doorstream/contract"
import { scenarioNames } from "@doorstream/simulator"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { doorstream, makeFolder } from "../support/command.js"
import {
  clientId,
  clientSecret,
  openHouse,
  otherSystemId,
  systemId,
  type House,
  type HouseSettings,
} from "../support/house.js"
import { endPrograms, type Environment, type Program } from "../support/program.js"

let folder: ReturnType<typeof makeFolder>
let house: House
beforeAll(async () => {
  house = await openHouse()
})
// Each test has a folder for temporary files of its own, so that it finds no building of another.
beforeEach(() => (folder = makeFolder()))
afterEach(async () => {
  await endPrograms()
  folder.remove()
})
afterAll(() => house.close())

const accountAt = ({ url }: Pick<House, "url">): Environment => ({
  DOORSTREAM_URL: url,
  DOORSTREAM_CLIENT: clientId,
  DOORSTREAM_SECRET: clientSecret,
  DOORSTREAM_SYSTEM: systemId,
  TMPDIR: folder.path,
})

const run = (line: string, more: Environment = {}): Program =>
  doorstream(line.split(" "), { ...accountAt(house), ...more }, folder.path)

/** Starts a building and waits until it lives. */
async function live(line: string, more?: Environment): Promise<Program> {
  const program = run(line, more)
  await program.prints(/^Simulating with --seed/, "err")
  return program
}

/** How a command ends that a user can mend: on stderr, in words, without a stack trace. */
async function complaintOf(line: string, more?: Environment): Promise<string> {
  const { code, out, err } = await run(line, more).ended
  expect({ code, out }).toEqual({ code: 1, out: "" })
  for (const each of err.trimEnd().split("\n")) expect(each).toMatch(/^doorstream: /)
  return err
}

async function withHouse(settings: HouseSettings, use: (more: Environment) => Promise<void>): Promise<void> {
  const other = await openHouse(settings)
  try {
    await use(accountAt(other))
  } finally {
    await other.close()
  }
}

describe("doorstream simulate", () => {
  it("writes a building, lives in it, tells how it was, and takes it out again", async () => {
    const first = await run("simulate --seed 7 --doors 12 --speed 100 --for 5m").ended
    expect(first.code).toBe(0)
    expect(first.err).toMatch(/--seed 7 --doors 12 is in system .*: \d+ added, 0 changed, 0 removed/)
    expect(first.out).toMatch(/^[\d,]+ events? reported, 5m of the building's time in [\d.]+ s\.\n$/)
    expect(first.out).not.toMatch(/^0 /)
    const again = await run("simulate --seed 7 --doors 12 --speed max --for 1m").ended
    expect(again.code).toBe(0)
    expect(again.err).toContain(" 0 added, 0 changed, 0 removed")
    expect((await run("simulate --seed 7 --remove").ended).err).toMatch(/The building of seed 7 is removed/)
    expect((await run("simulate --seed 7 --remove").ended).err).toMatch(/has no building of seed 7/)
  })

  it("draws a seed that it says, so that it can be repeated", async () => {
    const { code, err } = await run("simulate --doors 1 --speed max --for 10s").ended
    expect(code).toBe(0)
    expect(err).toMatch(/--seed \d+ --doors 1 is in system/)
  })

  it("ends cleanly with Ctrl-C", async () => {
    const program = await live("simulate --seed 8 --doors 4")
    program.kill("SIGINT")
    expect(await program.ended).toMatchObject({
      code: 0,
      out: expect.stringMatching(/ reported, /) as string,
    })
    // Its panels are free again, and nothing is linked.
    expect((await run("simulate --seed 8 --doors 4 --speed max --for 1s").ended).code).toBe(0)
  })

  it("is not begun twice with one building", async () => {
    await live("simulate --seed 9 --doors 4")
    expect(await complaintOf("simulate --seed 9 --doors 4")).toMatch(/runs already: .*--take-over/)
    expect(await complaintOf("simulate --seed 9 --remove")).toMatch(/runs already/)
  })

  it("says every fault of a scenario's file by its line, before anything is written", async () => {
    const path = join(folder.path, "mine.yaml")
    writeFileSync(path, "name: Mine\nacts:\n- do: dance\n  every: soon\n")
    for (const doors of ["", " --doors 4 --seed 10"]) {
      const complaint = await complaintOf(`simulate --scenario ${path}${doors}`)
      expect(complaint).toContain(`${path}:3: nobody can do "dance"`)
      expect(complaint).toContain(`${path}:4: "soon" is no duration`)
    }
    writeFileSync(path, "name: Mine\nacts:\n- do: enter\n  doors: Trap Door\n  after: 1s\n")
    expect(await complaintOf(`simulate --scenario ${path} --doors 4 --seed 10`)).toMatch(
      /mine\.yaml:\d: .*Trap Door/,
    )
    expect((await run("simulate --seed 10 --remove").ended).err).toMatch(/has no building/)
  })

  it("refuses what cannot be, in words", async () => {
    const complaint = await complaintOf("simulate --speed 0 --doors 20000 --seed x --scenario quite")
    for (const option of ["--speed", "--doors", "--seed", "--scenario"]) expect(complaint).toContain(option)
    expect(complaint).toContain("Did you mean quiet?")
    expect(await complaintOf("simulate", { DOORSTREAM_URL: "http://127.0.0.1:1" })).toMatch(
      /No server answers/,
    )
    expect(await complaintOf("simulate", { DOORSTREAM_SECRET: "wrong" })).toMatch(/invalid_client/)
    await withHouse({ clientScopes: ["listen", "report"] }, async (more) => {
      expect(await complaintOf("simulate --doors 2", more)).toMatch(
        /lacks the scope manage.*\n.*doorstream client create .*--scope manage/,
      )
    })
  })

  it("names all scenarios in its help, and gives examples", async () => {
    const { code, out } = await run("simulate --help").ended
    expect(code).toBe(0)
    for (const name of scenarioNames) expect(out).toMatch(new RegExp(`^  ${name} +\\w`, "m"))
    expect(out.match(/^ {2}doorstream simulate /gm)).toHaveLength(3)
  })
})

describe("doorstream trigger", () => {
  it("makes a topic happen in the building that runs, and prints the event once it is heard", async () => {
    await live("simulate --seed 11 --doors 6")
    const args = ["trigger", "device.alarm.forced", "--door", "Front Door", "--wait", "1m"]
    const { code, out, err } = await doorstream(args, accountAt(house)).ended
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^device\.alarm\.forced at Front Door, /) as string,
    })
    const said = JSON.parse(out) as { topic: string; event: { body: { device: { name: string } } } }
    expect([said.topic, said.event.body.device.name]).toEqual(["device.alarm.forced", "Front Door"])
    const synced = await run("trigger sync.synced --wait 1m").ended
    expect([synced.code, JSON.parse(synced.out)]).toMatchObject([0, { topic: "sync.synced" }])
  })

  it("says why a topic cannot happen", async () => {
    await live("simulate --seed 12 --doors 6")
    expect(await complaintOf("trigger device.alarm.forced --door Nowhere")).toMatch(
      /There is no door "Nowhere"/,
    )
    expect(await complaintOf("trigger device.alarm.forcd")).toMatch(/Did you mean device\.alarm\.forced\?/)
    expect(await complaintOf("trigger liveEvent --wait soon")).toMatch(/--wait must be a duration/)
  })

  it("acts in the system that is chosen", async () => {
    await live("simulate --seed 13 --doors 2")
    await live("simulate --seed 13 --doors 2", { DOORSTREAM_SYSTEM: otherSystemId })
    const topic = "device.request.unknown"
    const none = { DOORSTREAM_SYSTEM: "" }
    expect(await complaintOf(`trigger ${topic}`, none)).toMatch(/several systems.*--system/)
    expect((await run(`trigger ${topic} --system ${otherSystemId}`).ended).code).toBe(0)
    expect(await complaintOf(`trigger ${topic} --system nope`)).toMatch(/No virtual building of system nope/)
  })

  it("says how to start a building where none runs, one that was killed included", async () => {
    expect(await complaintOf("trigger liveEvent")).toMatch(/No virtual building runs.*npm start/)
    const program = await live("simulate --seed 14 --doors 2")
    program.kill("SIGKILL")
    await program.ended
    expect(await complaintOf("trigger liveEvent")).toMatch(/No virtual building runs/)
  })

  it("lists all topics and what they mean where none is named", async () => {
    const { code, out } = await run("trigger").ended
    expect(code).toBe(0)
    const listed = out.split("\n").map((line) => line.split(" ")[0])
    expect(listed.filter(isTopicName)).toEqual(topicNames)
  })
})
