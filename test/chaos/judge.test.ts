/** The judge of the hostile network, shown hearings that are right and wrong. */
import { describe, expect, it } from "vitest"
import { judge } from "./judge.js"

const log = ["a", "b", "c", "d", "e"]
const nothing = { lost: [], doubled: [], disordered: [], unknown: [] }

describe("A hearing beside the log", () => {
  it("is right where everything came once and in order, over however many connections", () => {
    expect(judge([log], log, "once")).toEqual(nothing)
    expect(judge([["a"], [], ["b", "c"], ["d", "e"]], log, "once")).toEqual(nothing)
  })

  it("has lost what never came, at the end too", () => {
    expect(judge([["a", "b"], ["d"]], log, "once").lost).toEqual(["c", "e"])
    expect(judge([["a", "b"], ["d"]], log, "at least once").lost).toEqual(["c", "e"])
  })

  it("has doubled what came again, unless that is promised and came after a cut", () => {
    expect(
      judge(
        [
          ["a", "b"],
          ["b", "c", "d", "e"],
        ],
        log,
        "once",
      ).doubled,
    ).toEqual(["b"])
    expect(
      judge(
        [
          ["a", "b", "c"],
          ["b", "c", "d", "e"],
        ],
        log,
        "at least once",
      ),
    ).toEqual(nothing)
    expect(judge([["a", "b", "b", "c", "d", "e"]], log, "at least once").doubled).toEqual(["b"])
  })

  it("is out of order where something came after what follows it", () => {
    expect(judge([["a", "c", "b", "d", "e"]], log, "once").disordered).toEqual(["b"])
    expect(
      judge(
        [
          ["a", "b", "c"],
          ["a", "c", "d", "e"],
        ],
        log,
        "at least once",
      ).disordered,
    ).toEqual(["c"])
  })

  it("knows what is not in the log", () => {
    expect(judge([["a", "x", "b", "c", "d", "e"]], log, "once")).toEqual({ ...nothing, unknown: ["x"] })
  })
})
