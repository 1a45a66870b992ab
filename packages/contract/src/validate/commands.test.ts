/** What may be sent with a command, and what may not. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { commandNames } from "../commands.js"
import { readCommand } from "./commands.js"

const invalid = (...paths: readonly string[]) => ({
  code: "object_invalid",
  message: expect.stringMatching(new RegExp(paths.map((path) => `${path}: `).join(".*"))),
})

describe("A command", () => {
  it("is told nothing unless it is a virtual read", () => {
    for (const command of commandNames)
      expect(readCommand(command, {})).toEqual(command === "virtual-read" ? invalid("holderId") : { command })
  })

  it("unlocks for 1 to 5400 tenths of a second, in whole ones, and nothing else", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 5300, max: 5500 }), fc.double()),
        (dwell) => {
          const isGood = Number.isInteger(dwell) && dwell >= 1 && dwell <= 5400
          expect(readCommand("try-open", { dwell })).toEqual(
            isGood ? { command: "try-open", dwell } : invalid("dwell"),
          )
        },
      ),
    )
    for (const dwell of ["30", true, [30], {}])
      expect(readCommand("try-open", { dwell })).toEqual(invalid("dwell"))
    expect(readCommand("try-open", { dwell: null })).toEqual({ command: "try-open" })
  })

  it("names a holder where one is read, by up to 128 characters", () => {
    expect(readCommand("virtual-read", { holderId: "ann" })).toEqual({
      command: "virtual-read",
      holderId: "ann",
    })
    for (const holderId of ["", "x".repeat(129), null, 7, ["ann"], "a\u0000"])
      expect(readCommand("virtual-read", { holderId })).toEqual(invalid("holderId"))
  })

  it("has no field that its kind does not have, and is an object", () => {
    for (const command of commandNames) {
      expect(readCommand(command, { [`__proto${command}`]: 1 })).toMatchObject(invalid(`__proto${command}`))
      for (const value of [null, [], "open", 7])
        expect(readCommand(command, value)).toMatchObject({ code: "object_invalid" })
    }
    expect(readCommand("open", { dwell: 5 })).toEqual(invalid("dwell"))
    expect(readCommand("virtual-read", { holderId: "ann", dwell: 5 })).toEqual(invalid("dwell"))
  })
})
