/** Says how many tests passed and failed, from the report that the runner left. It must not know what was tested. */
import { readFileSync } from "node:fs"

/**
 * What matters here of the runner's report.
 *
 * @typedef {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} Counts
 * @typedef {{ status: string, assertionResults: { status: string }[] }} TestedFile
 * @typedef {Counts & { success: boolean, testResults: TestedFile[] }} Report
 */

/**
 * Counts the tests of a report. A file that failed without one of its tests failing, because it could not even be
 * loaded, counts as one that failed.
 *
 * @param {Report} report
 * @returns {{ line: string, ok: boolean }} `line` as in "3 passed, 0 failed, 1 skipped"
 */
export function tally({
  numPassedTests,
  numFailedTests,
  numPendingTests,
  numTodoTests,
  success,
  testResults,
}) {
  const broken = testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((result) => result.status === "failed"),
  )
  const failed = numFailedTests + broken.length
  const skipped = numPendingTests + numTodoTests
  const line = `${numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`
  return { line, ok: success && failed === 0 && numPassedTests > 0 }
}

/** @param {string} path */
function tallyFile(path) {
  try {
    return tally(JSON.parse(readFileSync(path, "utf8")))
  } catch (error) {
    console.log("The tests left no report that can be read.", String(error))
    return { line: "0 passed, 0 failed", ok: false }
  }
}

if (process.argv[1] === import.meta.filename) {
  const { line, ok } = tallyFile(process.argv[2] ?? "")
  console.log(line)
  process.exitCode = ok ? 0 : 1
}
