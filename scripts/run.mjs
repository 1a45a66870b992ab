/**
 * Runs a command and keeps what it prints, for whoever wants to show it only when it fails. It knows nothing of what
 * the command is for.
 */
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

/** The folder of the checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/**
 * What became of a command. `output` is all it printed, as it came.
 *
 * @typedef {{ ok: boolean, output: string, seconds: string }} Ran
 */

/** @type {Set<import("node:child_process").ChildProcess>} what runs now */
const running = new Set()

/** Ends what runs now. @param {NodeJS.Signals} signal */
export const endAll = (signal) => running.forEach((child) => child.kill(signal))

/**
 * Runs a command in the checkout's folder.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ shell?: boolean }} [options]
 * @returns {Promise<Ran>}
 */
export function run(command, args, { shell = false } = {}) {
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ""
    const child = spawn(command, args, { cwd: root, shell, stdio: ["ignore", "pipe", "pipe"] })
    const keep = (/** @type {string} */ text) => (output += text)
    running.add(child)
    child.stdout.setEncoding("utf8").on("data", keep)
    child.stderr.setEncoding("utf8").on("data", keep)
    const end = (/** @type {boolean} */ ok) => {
      running.delete(child)
      resolve({ ok, output, seconds: ((performance.now() - started) / 1000).toFixed(1) })
    }
    child.on("error", (error) => {
      keep(`${error.message}\n`)
      end(false)
    })
    child.on("close", (code) => end(code === 0))
  })
}
