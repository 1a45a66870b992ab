/** The count of tests at the end of .ci/run: it must not call a run good that was none. */
import { spawnSync } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { tally, type Report } from "../scripts/tally.mjs"

const report = (counts: Partial<Report>): Report => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  success: true,
  testResults: [{ status: "passed", assertionResults: [{ status: "passed" }] }],
  ...counts,
})

const unloadable = { status: "failed", assertionResults: [] }
const failing = { status: "failed", assertionResults: [{ status: "failed" }] }

describe("The tally of a run", () => {
  it("counts what passed and failed, and what was skipped only where something was", () => {
    expect(tally(report({}))).toEqual({ line: "3 passed, 0 failed", ok: true })
    expect(tally(report({ numPendingTests: 1, numTodoTests: 1 }))).toEqual({
      line: "3 passed, 0 failed, 2 skipped",
      ok: true,
    })
    expect(tally(report({ numFailedTests: 2, success: false, testResults: [failing] }))).toEqual({
      line: "3 passed, 2 failed",
      ok: false,
    })
  })

  it("counts a file that could not be loaded as one that failed", () => {
    expect(tally(report({ success: false, testResults: [unloadable, unloadable] }))).toEqual({
      line: "3 passed, 2 failed",
      ok: false,
    })
  })

  it("is not good when no test ran, or when the runner says that it went wrong", () => {
    expect(tally(report({ numPassedTests: 0, testResults: [] }))).toEqual({
      line: "0 passed, 0 failed",
      ok: false,
    })
    expect(tally(report({ success: false })).ok).toBe(false)
  })
})

// A checkout with the real .ci/run in it, and with an npm that leaves a report and ends as it is told. It needs bash,
// which Windows has not.
describe.skipIf(process.platform === "win32")("A run of .ci/run", () => {
  const house = fileURLToPath(new URL("..", import.meta.url))
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "doorstream-ci-"))
    for (const path of [".ci/run", "scripts/tally.mjs"]) cpSync(join(house, path), join(folder, path))
    mkdirSync(join(folder, ".ci/out"))
    mkdirSync(join(folder, "bin"))
    const npm = `#!/bin/sh\necho "npm $*"\n[ "$1" = cit ] && [ -n "$REPORT" ] && echo "$REPORT" > .ci/out/tests.json\n`
    writeFileSync(join(folder, "bin/npm"), `${npm}[ "$1" != "$FAILS" ]\n`, { mode: 0o755 })
  })

  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function run(env: Record<string, string>) {
    const path = `${join(folder, "bin")}${delimiter}${process.env.PATH}`
    const { status, stdout } = spawnSync(join(folder, ".ci/run"), {
      env: { PATH: path, ...env },
      encoding: "utf8",
    })
    return { status, stdout, last: stdout.trimEnd().split("\n").at(-1) }
  }

  it("is good when the tests and the checks are, and says how many tests passed in its last line", () => {
    const { status, stdout, last } = run({ REPORT: JSON.stringify(report({})) })
    expect(stdout.split("\n").slice(0, 2)).toEqual(["npm cit", "npm run check"])
    expect({ status, last }).toEqual({ status: 0, last: "3 passed, 0 failed" })
  })

  it("is not good when the checks are not, whatever the tests say", () => {
    expect(run({ REPORT: JSON.stringify(report({})), FAILS: "run" })).toMatchObject({
      status: 1,
      last: "3 passed, 0 failed",
    })
  })

  it("is not good when the tests are not, and looks at the checks all the same", () => {
    const failed = JSON.stringify(report({ numFailedTests: 1, success: false, testResults: [failing] }))
    const { status, stdout, last } = run({ REPORT: failed, FAILS: "cit" })
    expect(stdout).toContain("npm run check")
    expect({ status, last }).toEqual({ status: 1, last: "3 passed, 1 failed" })
  })

  it("is not good when the tests leave no report, and takes none from an earlier run", () => {
    writeFileSync(join(folder, ".ci/out/tests.json"), JSON.stringify(report({})))
    expect(run({})).toMatchObject({ status: 1, last: "0 passed, 0 failed" })
  })
})
