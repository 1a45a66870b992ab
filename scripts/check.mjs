/**
 * `npm run check`: everything a machine can say about the house without running it. Each step is one line; only what
 * a failing one prints is shown.
 */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { root, run } from "./run.mjs"

const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}`)

const published = packages.filter((folder) => {
  /** @type {{ private?: boolean }} */
  const described = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"))
  return described.private !== true
})

/**
 * Each step's name, its program as a file in node_modules (that is the same on every platform), and the arguments.
 * Packages come after the build, because what is published is what was built.
 *
 * @type {[string, string, ...string[]][]}
 */
const steps = [
  ["types", "typescript/bin/tsc", "-b", "--force", ...packages],
  ["types of tests and scripts", "typescript/bin/tsc", "-p", "test"],
  ["lint", "oxlint/bin/oxlint", "--type-aware"],
  ["format", "oxfmt/bin/oxfmt", "--check"],
  ["unused files, exports and dependencies", "knip/bin/knip.js"],
]
for (const folder of published) steps.push([folder, "publint/src/cli.js", "run", folder, "--strict"])

let failed = 0
for (const [name, program, ...args] of steps) {
  const { ok, output, seconds } = await run(process.execPath, [join(root, "node_modules", program), ...args])
  console.log(`${ok ? "✓" : "✗"} ${name} (${seconds} s)`)
  if (!ok) console.log(`\n${output.trimEnd()}\n`)
  failed += ok ? 0 : 1
}
if (failed > 0) console.log(`${failed} of ${steps.length} checks failed`)
process.exitCode = failed > 0 ? 1 : 0
