/**
 * Builds the packages before any test, and again before tests run again: the command is run as it is built, since to take
 * its sources apart at each of some hundred calls takes longer than the calls.
 */
import { execFileSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { TestProject } from "vitest/node"

const root = fileURLToPath(new URL("../..", import.meta.url))
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

function build(): void {
  try {
    execFileSync(process.execPath, [tsc, "-b", "packages/doorstream"], { cwd: root, stdio: "inherit" })
  } catch {
    // It has said what is wrong with the types. What runs is built all the same.
    process.stderr.write("The types are not sound; the tests run what was built.\n")
  }
}

export function setup(project: TestProject): void {
  build()
  project.onTestsRerun(build)
}
