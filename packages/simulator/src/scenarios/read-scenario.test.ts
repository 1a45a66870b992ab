import { readdir } from "node:fs/promises"
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { generateBuilding } from "../building/generate/generate.js"
import { demoBuilding } from "../demo-building.js"
import { readDuration } from "./duration.js"
import { readScenario } from "./read-scenario.js"
import { openScenario, scenarioNames } from "./scenario-files.js"

/** What is wrong with a scenario that has these lines after its name, as `line: reason`. */
const wrong = (...lines: readonly string[]): string[] =>
  (readScenario(["name: Test", ...lines].join("\n")).faults ?? []).map(
    ({ line, reason }) => `${line}: ${reason}`,
  )

describe("A scenario", () => {
  it("is read with all that it says, and where it says it", () => {
    const text = `
# A comment.
name: Test
about: For a test.
lasts: 1h30m
acts:
  - do: enter
    doors: [Front Door, "Lab *"]
    who: IT
    each: 90s
    from: 1m
    until: 20m
  - { do: hold-unlocked, doors: all, after: 500ms, for: 5m }
  - do: cut
    connections: North Wing Controller 1
    every: 3m
`
    const often = { how: "each", interval: 90_000, from: 60_000, until: 1_200_000 }
    expect(readScenario(text)).toEqual({
      scenario: {
        name: "Test",
        about: "For a test.",
        lasts: 5_400_000,
        acts: [
          { line: 7, does: "enter", at: "doors", names: ["Front Door", "Lab *"], who: ["IT"], timing: often },
          {
            line: 13,
            does: "hold-unlocked",
            at: "doors",
            names: ["*"],
            timing: { how: "once", after: 500 },
            lasts: 300_000,
          },
          {
            line: 14,
            does: "cut",
            at: "connections",
            names: ["North Wing Controller 1"],
            timing: { how: "every", interval: 180_000, from: 0 },
          },
        ],
      },
    })
  })

  it.each<[string, readonly string[], RegExp]>([
    [
      "an act that nobody can do",
      ["acts:", "- do: dance", "  every: 1m"],
      /^3: nobody can do "dance"; there are enter, /,
    ],
    [
      "a time that is none",
      ["acts:", "- do: enter", "  every: soon"],
      /^4: "soon" is no duration for every; write 90s/,
    ],
    ["a number without a unit", ["acts:", "- do: enter", "  every: 90"], /^4: "90" is no duration/],
    ["an interval of nothing", ["acts:", "- do: enter", "  every: 0s"], /^4: every is at least 100 ms/],
    ["no time at all", ["acts:", "- do: enter"], /^3: an act has one of after/],
    ["two times", ["acts:", "- do: enter", "  every: 1m", "  after: 1m"], /^3: an act has one of after/],
    [
      "an end before the beginning",
      ["acts:", "- do: enter", "  each: 1m", "  from: 5m", "  until: 5m"],
      /^6: until/,
    ],
    [
      "a window for what happens once",
      ["acts:", "- do: enter", "  after: 1m", "  until: 2m"],
      /^5: until goes with/,
    ],
    [
      "a field that is not there",
      ["acts:", "- do: enter", "  evry: 1m", "  after: 1s"],
      /^4: there is no field "evry"/,
    ],
    [
      "a field at the top that is not there",
      ["speed: 60", "acts: []"],
      /^2: there is no field "speed" in a scenario/,
    ],
    ["no acts", ["lasts: 1h"], /^1: a scenario has acts/],
    ["an empty list of acts", ["acts: []"], /^2: a scenario has acts/],
    ["an act that is a word", ["acts:", "- enter"], /^3: an act is a list of fields/],
    ["an act that does nothing", ["acts:", "- every: 1m"], /^3: an act says what is done/],
    [
      "doors that are none",
      ["acts:", "- do: enter", "  doors: []", "  every: 1m"],
      /^4: doors names nothing/,
    ],
    [
      "doors that are a map",
      ["acts:", "- do: enter", "  doors: {a: b}", "  every: 1m"],
      /^4: doors is a text/,
    ],
    ["a cut at a door", ["acts:", "- do: cut", "  every: 1m"], /^3: cut needs cloud-nodes or connections/],
    [
      "an entry at a line",
      ["acts:", "- do: enter", "  connections: all", "  every: 1m"],
      /^4: enter is done at doors/,
    ],
    [
      "two kinds of places",
      ["acts:", "- do: cut", "  doors: a", "  connections: b", "  every: 1m"],
      /^3: an act is at doors or/,
    ],
    [
      "a length of what has none",
      ["acts:", "- do: enter", "  every: 1m", "  for: 1m"],
      /^5: enter cannot be told for how long/,
    ],
    [
      "somebody who forces",
      ["acts:", "- do: force", "  every: 1m", "  who: IT"],
      /^5: force cannot be told who/,
    ],
    ["what comes too late", ["lasts: 5m", "acts:", "- do: enter", "  after: 5m"], /^4: this begins after/],
    ["no YAML", ["acts: [", "- do"], /^\d: this is no YAML/],
    [
      "a field twice",
      ["name: Again", "acts:", "- do: enter", "  every: 1m"],
      /^2: this is no YAML: .*unique/,
    ],
    ["an alias", ["acts:", "- &a {do: enter, every: 1m}", "- *a"], /^4: an act is a list of fields/],
  ])("says where it has %s, and why not", (_, lines, said) => {
    expect(wrong(...lines).join("\n")).toMatch(said)
  })

  it("says everything that is wrong at once, in order", () => {
    expect(
      wrong("acts:", "- do: dance", "  every: soon", "- do: enter", "  for: 1m").map((said) => said[0]),
    ).toEqual(["3", "4", "5", "6"])
  })

  it("has a name", () => {
    expect(readScenario("acts:\n- do: enter\n  every: 1m").faults).toEqual([
      { line: 1, reason: "a scenario has a name" },
    ])
    expect(readScenario("").faults).toHaveLength(1)
    expect(readScenario("x".repeat(100_001)).faults).toHaveLength(1)
  })

  it("is read or refused, whatever it is", () => {
    const words = fc.constantFrom(
      "name",
      "acts",
      "do",
      "enter",
      ":",
      "-",
      " ",
      "\n",
      "{",
      "]",
      "&a",
      "*a",
      "1m",
      "!!x",
      '"',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((some) => some.join("")),
        ),
        (text) => {
          const { scenario, faults } = readScenario(text)
          expect(scenario === undefined).toBe(faults !== undefined && faults.length > 0)
          for (const { line } of faults ?? []) expect(line).toBeGreaterThanOrEqual(1)
        },
      ),
    )
  })
})

describe("A duration", () => {
  it.each([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1m500ms", 60_500],
    ["0s", 0],
  ])("%s is so many milliseconds", (text, milliseconds) => {
    expect(readDuration(text)).toBe(milliseconds)
  })

  it.each(["", "1", "m", "1.5s", "-1s", "30s1m", "1 m", "99999999h"])("is not %j", (text) => {
    expect(readDuration(text)).toBeUndefined()
  })
})

describe("The scenarios that come with the package", () => {
  it("are all there are in the folder", async () => {
    const files = await readdir(new URL("../../scenarios", import.meta.url))
    expect(files.toSorted()).toEqual(scenarioNames.map((name) => `${name}.yaml`).toSorted())
  })

  it.each(scenarioNames)("have %s, which fits the demo and buildings of any size", async (name) => {
    expect(await openScenario(name, demoBuilding)).toHaveProperty("scenario")
    for (const doors of [1, 10, 200])
      expect(await openScenario(name, generateBuilding({ seed: 7, doors }))).toHaveProperty("scenario")
  })

  it("are named where another is asked for", async () => {
    const { faults } = await openScenario("no-such", demoBuilding)
    expect(faults?.join()).toMatch(
      /^no-such: there is no such file, and no scenario of this name; there are quiet, /,
    )
  })
})
