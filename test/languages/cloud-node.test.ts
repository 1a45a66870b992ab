/** The cloud node in Python, as a user runs it: a process of its own, a real server, cuts, a restart and a kill. */
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { cloudNode, frontDoor, openHouse, type House } from "../support/house.js"
import { makeFolder } from "../support/command.js"
import { listen, type Listening } from "../support/listeners.js"
import { endPrograms, run, type Program } from "../support/program.js"
import { registerPanel } from "../support/raw-node.js"
import { lackOf, languages } from "./toolchains.js"

const rex = "device.input.rex.on"
const root = fileURLToPath(new URL("../..", import.meta.url))
const venv = join(root, ".ci/out/languages/cloud-node")
const python = languages.find(({ name }) => name === "python-websocket")!

let house: House
let key: string
let folder: ReturnType<typeof makeFolder>
beforeAll(async () => {
  house = await openHouse({ options: { drainWithin: 500 } })
  key = await registerPanel(house)
  folder = makeFolder()
})
afterEach(endPrograms)
afterAll(async () => {
  await house.close()
  folder.remove()
})

const start = (): Program =>
  run(join(venv, "bin/python"), [join(root, "examples/cloud-node.py"), join(folder.path, "node.db")], {
    DOORSTREAM_URL: house.url,
    SERIAL_NUMBER: cloudNode.serialNumber,
    PANEL_KEY: key,
  })

const says = (program: Program, like: RegExp, times = 1): Promise<readonly string[]> =>
  program.until((lines) => lines.filter((line) => like.test(line)).length >= times)

const report = (program: Program, at: number): void =>
  program.type(`${JSON.stringify({ topic: rex, occurred: at, body: { deviceId: frontDoor.id } })}\n`)

const timesOf = ({ heard }: Listening): unknown[] => heard.all.map(({ event }) => event["occurred"])

describe("The cloud node in examples/cloud-node.py", () => {
  const lack = lackOf(python)
  beforeAll(async () => {
    if (lack !== undefined) return console.log(lack)
    mkdirSync(venv, { recursive: true })
    const lines = `python3 -m venv ${venv} && ${venv}/bin/pip install -q -r examples/python-websocket/requirements.txt`
    const { code, out, err } = await run("nice", ["-n", "10", "sh", "-c", lines]).ended
    if (code !== 0) throw new Error(out + err)
  }, 600_000)
  beforeEach(({ skip }) => skip(lack !== undefined, lack))

  it("reports what it reads, keeps it while the server is away and while it is killed, and rotates its key", async () => {
    const listening = await listen(house.url, await house.token(), [rex])
    const first = start()
    report(first, 1)
    await says(first, /"acknowledged"/)
    first.type("rotate\n")
    await says(first, /"keyReplaced"/)
    expect(first.out.all.join()).not.toContain(key)
    await listening.heard.atLeast(1)
    expect(timesOf(listening)).toEqual([1])
    listening.close()

    await house.server().close()
    await says(first, /"draining"/)
    for (const at of [2, 3]) report(first, at)
    first.kill("SIGKILL")
    await first.ended
    await house.restart()
    const later = await listen(house.url, await house.token(), [rex])
    const second = start()
    report(second, 4)
    await later.heard.until((all) => all.some(({ event }) => event["occurred"] === 4))
    const times = timesOf(later)
    // What had not come from its standard input to its disk when it was killed, it never knew.
    expect([[2, 3, 4], [2, 4], [4]]).toContainEqual(times)
    second.kill("SIGINT")
    expect(await second.ended).toMatchObject({ signal: null })
  })
})
