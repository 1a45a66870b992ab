/** Starts a server as a process of its own, for what only a process can have done to it: SIGTERM and SIGKILL. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { createInterface } from "node:readline"
import type { HouseSettings } from "./house.js"
import { fromSources } from "./program.js"

export interface ServerProcess {
  readonly url: string
  /** Resolves with the exit code and the signal that ended it. */
  readonly ended: Promise<[code: number | null, signal: string | null]>
  kill(signal: "SIGTERM" | "SIGKILL"): void
}

/**
 * Resolves once the server listens.
 *
 * @param port 0 takes a free one
 * @param drainWithin how long it may serve its listeners when it is asked to end, in milliseconds
 * @param settings what is not as in other tests
 */
export async function startProcess(
  dataFolder: string,
  port = 0,
  drainWithin = 9000,
  settings: HouseSettings = {},
): Promise<ServerProcess> {
  const script = join(import.meta.dirname, "server.child.ts")
  const child = spawn(
    process.execPath,
    [...fromSources, script, dataFolder, String(port), String(drainWithin), JSON.stringify(settings)],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  )
  const ended = once(child, "exit") as ServerProcess["ended"]
  const said = createInterface(child.stdout)
  const url = await Promise.race([
    once(said, "line").then(([line]) => line as string),
    ended.then(([code]) => Promise.reject(new Error(`The server ended with ${code} before it listened.`))),
  ])
  return { url, ended, kill: (signal) => void child.kill(signal) }
}
