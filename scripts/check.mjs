/**
 * `npm run check`: everything a machine can say about the house without running it. Each step is one line; only what
 * a failing one prints is shown.
 */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { root, run } from "./run.mjs"

/** @param {string[]} path a program in node_modules, by its file: that works the same on every platform */
const program = (...path) => join(root, "node_modules", ...path)

const tsc = program("typescript", "bin", "tsc")

const packages = () =>
  readdirSync(join(root, "packages")).filter((name) => {
    /** @type {{ private?: boolean }} */
    const described = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"))
    return described.private !== true
  })

/** @type {[string, string[]][]} Packages are looked at after the build, because what is published is what was built. */
const steps = [
  ["types", [tsc, "-b", "--force"]],
  ["types of tests and scripts", [tsc, "-p", "test"]],
  ["lint", [program("oxlint", "bin", "oxlint"), "--type-aware"]],
  ["format", [program("oxfmt", "bin", "oxfmt"), "--check"]],
  ["unused files, exports and dependencies", [program("knip", "bin", "knip.js")]],
  ...packages().map(
    (name) =>
      /** @type {[string, string[]]} */ ([
        `package ${name}`,
        [program("publint", "src", "cli.js"), "run", join("packages", name), "--strict"],
      ]),
  ),
]

let failed = 0
for (const [name, args] of steps) {
  const { ok, output, seconds } = await run(process.execPath, args)
  console.log(`${ok ? "✓" : "✗"} ${name} (${seconds} s)`)
  if (!ok) console.log(`\n${output.trimEnd()}\n`)
  failed += ok ? 0 : 1
}
if (failed > 0) console.log(`${failed} of ${steps.length} checks failed`)
process.exitCode = failed > 0 ? 1 : 0
