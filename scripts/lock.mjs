/**
 * Lets one process at a time do a piece of work in a checkout. It knows nothing of the work. The holder touches the
 * lock every second, so that one left behind by a process that was killed is told from one in use.
 */
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import { setTimeout as pause } from "node:timers/promises"

const beat = 1_000
const abandonedAfter = 10_000

/**
 * Does the work once nobody else holds the lock.
 *
 * @template T
 * @param {string} lock path of the lock file
 * @param {() => void} waiting called once if somebody else holds it
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function oneAtATime(lock, waiting, work) {
  mkdirSync(dirname(lock), { recursive: true })
  if (!take(lock)) {
    waiting()
    while (!take(lock)) await pause(100)
  }
  const beating = setInterval(() => touch(lock), beat)
  try {
    return await work()
  } finally {
    clearInterval(beating)
    release(lock)
  }
}

const own = `${process.pid}\n`

/** Gives the lock up, if it is this process that holds it. @param {string} lock */
export function release(lock) {
  try {
    if (readFileSync(lock, "utf8") === own) rmSync(lock, { force: true })
  } catch (error) {
    if (!isCode(error, "ENOENT")) throw error
  }
}

/** @param {string} lock */
function take(lock) {
  try {
    writeFileSync(lock, own, { flag: "wx" })
    return true
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error
  }
  const held = statSync(lock, { throwIfNoEntry: false })
  if (held !== undefined && Date.now() - held.mtimeMs > abandonedAfter) rmSync(lock, { force: true })
  return false
}

/** @param {string} lock */
function touch(lock) {
  const now = new Date()
  try {
    utimesSync(lock, now, now)
  } catch (error) {
    // Gone: this process was halted for so long that it seemed dead. The work goes on, at worst twice.
    if (!isCode(error, "ENOENT")) throw error
  }
}

/**
 * @param {unknown} error
 * @param {string} code
 */
const isCode = (error, code) => error instanceof Error && "code" in error && error.code === code
