/** The `doorstream` command as a user runs it; it was built when the tests began (build.ts). */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runNode, type Environment, type Program } from "./program.js"

/** What stands for `doorstream` on node's command line. */
const commandLine = [join(import.meta.dirname, "../../packages/doorstream/bin/doorstream.mjs")]

/** Runs `doorstream` with these arguments. */
export const doorstream = (args: readonly string[], environment?: Environment, cwd?: string): Program =>
  runNode([...commandLine, ...args], environment, cwd)

export interface Serving extends Program {
  /** The address, without a slash at its end. */
  readonly url: string
}

/** Runs a server on a free port, unless the environment says which, and resolves once it has said where it listens. */
async function serving(args: readonly string[], environment: Environment, says: RegExp): Promise<Serving> {
  const program = doorstream(args, { PORT: "0", ...environment })
  const line = await program.prints(says)
  return { ...program, url: says.exec(line)![1]! }
}

/** `npm start` without its installing and building. Resolves when all that it says at first was said. */
export async function startDemo(environment: Environment): Promise<Serving> {
  const demo = await serving(["demo"], environment, /address +(http:\S+)/)
  await demo.prints(/Ctrl-C ends it/)
  return demo
}

export const startServe = (environment: Environment): Promise<Serving> =>
  serving(
    ["serve"],
    { DOORSTREAM_PUBLIC_URL: "http://127.0.0.1", ...environment },
    /"url":"([^"]+)".*"listening"/,
  )

/** An empty folder and what removes it. */
export function makeFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "doorstream-"))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** Puts an `npx` into a folder that runs `npx doorstream` from wherever it is called. Gives the PATH that finds it. */
export function placeNpx(folder: string): string {
  const command = [process.execPath, ...commandLine].map((word) => `'${word}'`).join(" ")
  const npx = `#!/bin/sh\n[ "$1" = doorstream ] && shift && exec ${command} "$@"\n`
  writeFileSync(join(folder, "npx"), npx, { mode: 0o755 })
  return `${folder}:${process.env["PATH"]}`
}
