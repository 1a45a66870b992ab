import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "vitest"
import { Plight } from "../say.js"
import { readSimulateOptions, type ToldOptions } from "./read-options.js"

const read = (told: ToldOptions) => readSimulateOptions(told, () => 123)

/** What is said of options that are wrong, a line for each. */
function faultsOf(told: ToldOptions): readonly string[] {
  try {
    read(told)
  } catch (error) {
    expect(error).toBeInstanceOf(Plight)
    return (error as Plight).message.split("\n")
  }
  return []
}

describe("The options of doorstream simulate", () => {
  it("are a life of the system's own building, in real time and by chance, where nothing is told", () => {
    expect(read({})).toEqual({ seed: 123, speed: 1, takeOver: false, remove: false })
  })

  it("are read with all that can be told", () => {
    const told: ToldOptions = {
      seed: "7",
      doors: "40",
      people: "90",
      timezone: ["Europe/Madrid", "Asia/Tokyo"],
      speed: "0.5",
      scenario: "morning-rush",
      from: "2026-11-23T07:00:00+01:00",
      for: "1h30m",
      takeOver: true,
    }
    expect(read(told)).toEqual({
      seed: 7,
      building: { doors: 40, people: 90, timezones: ["Europe/Madrid", "Asia/Tokyo"] },
      speed: 0.5,
      scenario: "morning-rush",
      from: Date.parse("2026-11-23T06:00:00Z"),
      lasts: 5_400_000,
      takeOver: true,
      remove: false,
    })
    expect(read({ speed: "max" }).speed).toBe("max")
    expect(read({ seed: "0" }).seed).toBe(0)
    expect(read({ seed: "7", remove: true })).toMatchObject({ seed: 7, remove: true })
  })

  it.each<[ToldOptions, RegExp]>([
    [{ speed: "0" }, /^--speed must be a number from 0\.01 to 100000, or max; it is "0"\.$/],
    [{ speed: "abc" }, /^--speed .*"abc"/],
    [{ speed: "100001" }, /^--speed /],
    [{ speed: "-1" }, /^--speed /],
    [{ speed: "1e3" }, /^--speed /],
    [{ speed: "" }, /^--speed .*it is ""/],
    [{ doors: "0" }, /^--doors must be a whole number from 1 to 10000; it is "0"\.$/],
    [{ doors: "20000" }, /^--doors /],
    [{ doors: "4.5" }, /^--doors /],
    [{ doors: "1", people: "100001" }, /^--people must be/],
    [{ seed: "x" }, /^--seed must be a whole number from 0 to 4294967295; it is "x"\.$/],
    [{ seed: "4294967296" }, /^--seed /],
    [
      { scenario: "morning-rsh" },
      /^--scenario must be a file or one of quiet, .* Did you mean morning-rush\?$/,
    ],
    [{ scenario: "no/such.yaml" }, /^--scenario .*it is "no\/such\.yaml"\.$/],
    [
      { doors: "1", timezone: ["Europe/Madird"] },
      /^--timezone .*"Europe\/Madird"\. Did you mean Europe\/Madrid\?$/,
    ],
    [{ doors: "1", timezone: ["madrid"] }, /Did you mean Europe\/Madrid\?$/],
    [{ from: "yesterday" }, /^--from must be a time such as 2026-11-23T07:00:00Z; it is "yesterday"\.$/],
    [{ from: "2026-11-23T07:00:00" }, /^--from /],
    [{ from: "2026-13-23T07:00:00Z" }, /^--from /],
    [{ for: "90" }, /^--for must be a duration such as 90s, 5m or 1h30m; it is "90"\.$/],
    [{ for: "0s" }, /^--for /],
    [{ people: "9" }, /^--people is for a building that is made: say --doors as well\.$/],
    [{ timezone: ["UTC"] }, /^--timezone is for a building that is made/],
    [{ remove: true }, /^--remove needs --seed/],
    [{ remove: true, seed: "7", speed: "2" }, /^--remove goes with --seed, and/],
  ])("are refused as %j, in words", (told, said) => {
    expect(faultsOf(told)).toEqual([expect.stringMatching(said)])
  })

  it("are refused with everything that is wrong at once", () => {
    expect(faultsOf({ speed: "0", doors: "0", seed: "x" })).toEqual([
      expect.stringMatching(/^--seed/),
      expect.stringMatching(/^--doors/),
      expect.stringMatching(/^--speed/),
    ])
  })

  it("take the path of a file for a scenario", () => {
    const folder = mkdtempSync(join(tmpdir(), "doorstream-"))
    try {
      const path = join(folder, "mine.yaml")
      writeFileSync(path, "")
      expect(read({ scenario: path }).scenario).toBe(path)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
