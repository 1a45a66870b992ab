/**
 * `npm run soak`: the tests that can be long, in full, one after the other, and nothing else. Words after `--` choose
 * among their files: `npm run soak -- fuzz`. They say how far they are where that takes minutes.
 */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./run.mjs"

/** A test that can be long looks for this. */
const word = "DOORSTREAM_SOAK"

const chosen = process.argv.slice(2)

/** The files below a folder that hold such tests. @param {string} folder @returns {string[]} */
const longTestsBelow = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes("node_modules") && readFileSync(path, "utf8").includes(word))

const files = [...longTestsBelow("test"), ...longTestsBelow("packages")].filter(
  (path) => chosen.length === 0 || chosen.some((part) => path.includes(part)),
)
if (files.length === 0) {
  console.error(`No long test is in a file named like ${chosen.join(" or ")}.`)
  process.exit(1)
}

const vitest = join(root, "node_modules/vitest/vitest.mjs")
const child = spawn(
  process.execPath,
  [vitest, "run", ...files, "--no-file-parallelism", "--reporter=verbose", "--disable-console-intercept"],
  { cwd: root, stdio: "inherit", env: { ...process.env, [word]: "1" } },
)
child.on("close", (code) => (process.exitCode = code ?? 1))
