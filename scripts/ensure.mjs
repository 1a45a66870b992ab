/**
 * Makes a checkout ready to run: a Node that is new enough, dependencies installed, sources built. It needs nothing but
 * Node, because nothing else is there yet, and must not know what is started afterwards.
 */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { oneAtATime, release } from "./lock.mjs"
import { endAll, root, run } from "./run.mjs"

const at = (/** @type {string[]} */ ...path) => join(root, ...path)
const installed = at("node_modules", ".package-lock.json")
const stamp = at("dist", ".built")
const lock = at("dist", ".ensuring")
const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`)

/**
 * Installs and builds what is out of date, saying so; silent when nothing is. Two of these at once take turns.
 *
 * @returns {Promise<boolean>} false when it failed; what to do has been said then
 */
export async function ensure() {
  if (!checkNode()) return false
  if (isInstalled() && isBuilt()) return true
  // Whoever is told to end takes npm or tsc along, and leaves no lock for the next one to wait for.
  const onSignal = (/** @type {NodeJS.Signals} */ signal) => {
    endAll(signal)
    release(lock)
    process.kill(process.pid, signal)
  }
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"]
  for (const signal of signals) process.once(signal, onSignal)
  try {
    return await oneAtATime(lock, sayWaiting, async () => (await install()) && (await build()))
  } finally {
    for (const signal of signals) process.off(signal, onSignal)
  }
}

const sayWaiting = () => say("Waiting for another start in this folder to finish installing and building …")

function checkNode() {
  /** @type {{ engines: { node: string } }} */
  const { engines } = JSON.parse(readFileSync(at("package.json"), "utf8"))
  const [major = 0, minor = 0] = engines.node.replace(">=", "").split(".").map(Number)
  const [ours = 0, ourMinor = 0] = process.versions.node.split(".").map(Number)
  if (ours > major || (ours === major && ourMinor >= minor)) return true
  say(`Doorstream needs Node.js ${major}.${minor} or newer; this is ${process.versions.node}.`)
  say("Install a newer one from https://nodejs.org and try again.")
  return false
}

// --- Installing ------------------------------------------------------------------------------------------------------

/** npm writes that file last, so that an installation which was broken off does not count as one. */
const isInstalled = () => existsSync(installed) && changed(installed) >= changed(at("package-lock.json"))

const changed = (/** @type {string} */ path) => statSync(path).mtimeMs

async function install() {
  if (isInstalled()) return true
  const { command, first, shell } = npm()
  return step(
    "Installing dependencies",
    "Installed dependencies",
    [command, [...first, "ci", "--include=dev"]],
    {
      shell,
      remedy:
        "The dependencies could not be installed. See npm's words above; when the network is at fault, try again.",
    },
  )
}

/** The npm that runs this, or else the one on the path. */
function npm() {
  const cli = process.env.npm_execpath
  if (cli !== undefined && basename(cli) === "npm-cli.js")
    return { command: process.execPath, first: [cli], shell: false }
  const windows = process.platform === "win32"
  return { command: windows ? "npm.cmd" : "npm", first: [], shell: windows }
}

// --- Building --------------------------------------------------------------------------------------------------------

/** What was built is told by every source's name, size and time: newer, older or gone, a change is a change. */
function fingerprint() {
  const hash = createHash("sha256")
  for (const path of sources()) {
    const { size, mtimeMs } = statSync(path)
    hash.update(`${path} ${size} ${mtimeMs}\n`)
  }
  return hash.digest("hex")
}

const packages = () =>
  readdirSync(at("packages"))
    .map((name) => at("packages", name))
    .filter((folder) => existsSync(join(folder, "tsconfig.json")))

/** Everything that tsc reads. */
function sources() {
  const configs = readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name))
  return [
    installed,
    ...configs.map((name) => at(name)),
    ...packages().flatMap((folder) => [
      join(folder, "package.json"),
      join(folder, "tsconfig.json"),
      ...readdirSync(join(folder, "src"), { recursive: true, encoding: "utf8" })
        .filter((name) => /\.(tsx?|json)$/.test(name) && !/\.(test|suite|child)\.ts$/.test(name))
        .map((name) => join(folder, "src", name)),
    ]),
  ]
}

const isBuilt = () =>
  existsSync(stamp) &&
  packages().every((folder) => existsSync(join(folder, "dist"))) &&
  readFileSync(stamp, "utf8") === fingerprint()

async function build() {
  if (isBuilt()) return true
  // Taken before: a source that changes during the build makes the next start build again.
  const built = fingerprint()
  const tsc = at("node_modules", "typescript", "bin", "tsc")
  // Without --force a changed base tsconfig goes unnoticed.
  const ok = await step("Building", "Built", [process.execPath, [tsc, "-b", "--force", ...packages()]], {
    remedy: "The sources do not compile. Mend what is named above, or restore the checkout, and try again.",
  })
  if (ok) writeFileSync(stamp, built)
  return ok
}

// --- Saying ----------------------------------------------------------------------------------------------------------

/**
 * Does one thing, with a line that is alive while it lasts (on a terminal) and one that says how long it took.
 *
 * @param {string} doing
 * @param {string} done
 * @param {[string, string[]]} command
 * @param {{ remedy: string, shell?: boolean }} options
 */
async function step(doing, done, [command, args], { remedy, shell = false }) {
  const terminal = process.stderr.isTTY
  const begun = performance.now()
  const show = () => {
    const seconds = Math.floor((performance.now() - begun) / 1000)
    process.stderr.write(`\r${doing} … ${seconds} s`)
  }
  if (terminal) show()
  else say(`${doing} …`)
  const alive = setInterval(terminal ? show : () => say(`${doing} … still at it`), terminal ? 200 : 15_000)
  const { ok, output, seconds } = await run(command, args, { shell })
  clearInterval(alive)
  if (terminal) process.stderr.write("\r\x1b[K")
  if (ok) say(`${done} in ${seconds} s`)
  else say(`${output.trimEnd()}\n\n${doing} failed after ${seconds} s. ${remedy}`)
  return ok
}
