/** The guide's alarm program and its test, run as docs/guides/virtual-building.md says it, beside `npm start`. */
import { join } from "node:path"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { makeFolder, placeNpx, startDemo, type Serving } from "../support/command.js"
import { endPrograms, runNode, type Environment } from "../support/program.js"

const folder = makeFolder()
let demo: Serving
let environment: Environment

beforeAll(async () => {
  // A trigger finds no building of another test where temporary files are its own.
  demo = await startDemo({ DOORSTREAM_DATA: join(folder.path, "data"), TMPDIR: folder.path })
  environment = { PATH: placeNpx(folder.path), TMPDIR: folder.path, DOORSTREAM_URL: demo.url }
})
afterAll(async () => {
  await endPrograms()
  folder.remove()
})

describe("The alarm desk of the guide", () => {
  afterEach(() => expect(demo.err.all).toEqual([]))

  it("passes its own tests against a virtual building", { timeout: 120_000 }, async () => {
    const { code, out } = await runNode(["--test", "--test-reporter=tap", "examples/alarm-desk"], environment)
      .ended
    expect(out).toMatch(/^# pass 7$/m)
    expect({ code, out }).toMatchObject({ code: 0 })
  })

  it("says in a line that no server answers, and ends", async () => {
    const environmentOfNone = { ...environment, DOORSTREAM_URL: "http://127.0.0.1:1" }
    const { code, out, err } = await runNode(["examples/alarm-desk/desk.mjs"], environmentOfNone).ended
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toBe("No server answers at http://127.0.0.1:1. Start one with: npm start\n")
  })
})
