/** The text of a building's file, and the lines that are named when something is wrong with it. */
import { describe, expect, it } from "vitest"
import { readText, TextFault, writeText } from "./building-text.js"

const text = `groups:
  - externalId: staff
    name: Staff
cloudNodes:
  - externalId: hq
    # a remark
    devices:
      - externalId: front
        dwell: 0
`

describe("The text of a building", () => {
  it.each([
    ["cloudNodes.0.devices.0.dwell", 9],
    ["cloudNodes.0.devices.0.port", 8],
    ["groups.0", 2],
    ["groups.7.name", 2],
    ["rules", 1],
    ["", 1],
  ])("knows the line of %s, or of the last that is there on the way", (path, line) => {
    expect(readText(text).tell([{ path, message: "is wrong" }])[0]).toMatch(
      new RegExp(`^${line}: .*is wrong\\.$`),
    )
  })

  it.each([
    ["groups: [", "1: "],
    ["groups: []\ngroups: []\n", "2: "],
    ["groups:\n\t- a: b\n", "2: "],
  ])("that is no YAML says where: %j", (broken, begin) => {
    expect(() => readText(broken)).toThrow(TextFault)
    expect(() => readText(broken)).toThrow(begin)
  })

  it("may be JSON, and numbers and times stay what they look like", () => {
    expect(readText('{"groups": []}').value).toEqual({ groups: [] })
    expect(readText("a: 26858\nb: '007'\nc: 08:00\nd: 2026-11-23\n").value).toEqual({
      a: 26_858,
      b: "007",
      c: "08:00",
      d: "2026-11-23",
    })
  })

  it("cannot make a small file endlessly large", () => {
    const bomb = [
      "a: &a [1, 1]",
      ...Array.from(
        "bcdefghijklm",
        (name, at) =>
          `${name}: &${name} [*${"abcdefghijkl"[at]}, *${"abcdefghijkl"[at]}, *${"abcdefghijkl"[at]}]`,
      ),
    ].join("\n")
    expect(() => readText(bomb)).toThrow(TextFault)
  })

  it("is read as it was written", () => {
    const building = {
      groups: [{ externalId: "staff", name: "yes" }],
      rules: [{ externalId: "r", startTime: "08:00" }],
    }
    expect(readText(writeText(building)).value).toEqual(building)
  })
})
