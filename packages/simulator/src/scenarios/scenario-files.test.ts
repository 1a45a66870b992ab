import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { demoBuilding } from "../demo-building.js"
import { openScenario } from "./scenario-files.js"

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "doorstream-scenario-"))
})
afterAll(() => rm(folder, { recursive: true }))

/** What is wrong with a scenario of these acts at the demo's building, without its path. */
async function misfits(...acts: readonly string[]): Promise<string[] | undefined> {
  const path = join(folder, "own.yaml")
  await writeFile(path, ["name: My own", "acts:", ...acts.map((act) => `  - { ${act} }`)].join("\n"))
  const { faults } = await openScenario(path, demoBuilding)
  for (const fault of faults ?? []) expect(fault.startsWith(`${path}:`)).toBe(true)
  return faults?.map((fault) => fault.slice(path.length + 1))
}

describe("A scenario of one's own", () => {
  it("is opened where everything that it names is there", async () => {
    expect(
      await misfits(
        "do: enter, doors: Front Door, who: Amara Okafor, every: 1m",
        "do: force, doors: '*', every: 1m",
        "do: cut, cloud-nodes: Demo Cloud Node, after: 1m",
        "do: cut, connections: '* Floor Controller', each: 1m",
      ),
    ).toBeUndefined()
  })

  it("is told what is not there, by file, line and reason", async () => {
    expect(
      await misfits(
        "do: enter, doors: Frnt Door, every: 1m",
        "do: enter, every: 1m, who: Nobody",
        "do: enter, every: 1m",
        "do: cut, connections: Third*, after: 1m",
      ),
    ).toEqual([
      '3: there is no door "Frnt Door": there are "Front Door", "Loading Dock", "Meeting Room" and 1 more',
      '4: there is nobody and no group with anybody that is called "Nobody"',
      '6: there is no connection "Third*": there are "Ground Floor Controller", "First Floor Controller"',
    ])
  })

  it("is told which door cannot do what it is named for, and that none can", async () => {
    expect(
      await misfits("do: force, doors: Meeting Room, every: 1m", "do: leave, doors: Meet*, every: 1m"),
    ).toEqual([
      '3: nobody can force at "Meeting Room": it has not a door position sensor',
      "4: nobody can leave at any of these doors: none is equipped for it",
    ])
  })

  it("is told of its faults before it is held against a building", async () => {
    expect(await misfits("do: dance, doors: Frnt Door, every: 1m")).toEqual([
      expect.stringMatching(/^3: nobody can do "dance"/),
    ])
  })
})
