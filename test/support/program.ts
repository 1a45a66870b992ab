/**
 * Programs as a user runs them: processes of their own, whose lines can be waited for. They know only the environment
 * they are given, and none outlives its test.
 */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { createInterface } from "node:readline"
import { fileURLToPath, pathToFileURL } from "node:url"
import { Heard } from "./listeners.js"

/** The folder of the checkout. */
const root = fileURLToPath(new URL("../..", import.meta.url))

/** What node must be told to run a package's sources. */
export const fromSources = [
  "--import",
  pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href,
  "--conditions=source",
]

export type Environment = Readonly<Record<string, string>>

export interface Ending {
  readonly code: number | null
  readonly signal: string | null
  /** All that was printed, with its line ends. */
  readonly out: string
  readonly err: string
}

export interface Program {
  readonly pid: number
  /** The lines that were printed so far. */
  readonly out: Heard<string>
  readonly err: Heard<string>
  /** Resolves when it has ended and everything it printed was read. */
  readonly ended: Promise<Ending>
  /** The first line that matches; rejects if the program ends without one. */
  prints(like: RegExp, on?: "out" | "err"): Promise<string>
  /** Resolves once the lines satisfy; rejects if the program ends before. */
  until(satisfied: (lines: readonly string[]) => boolean): Promise<readonly string[]>
  type(text: string): void
  /** Reads no more of what it prints, as `| head` does when it has enough. */
  stopReading(): void
  kill(signal: NodeJS.Signals): void
}

const running = new Set<ChildProcess>()

/** Ends what still runs. For the end of a test. */
export async function endPrograms(): Promise<void> {
  await Promise.all(
    [...running].map(async (child) => {
      child.kill("SIGKILL")
      await once(child, "close")
    }),
  )
}

/** The environment of the tests without what a program of ours would read out of it. */
const plainEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(DOORSTREAM_|HOST$|PORT$|NODE_OPTIONS$)/.test(name)),
  )

/** Runs a program. */
export function run(
  command: string,
  args: readonly string[],
  environment: Environment = {},
  cwd = root,
): Program {
  const child = spawn(command, args, { cwd, env: { ...plainEnvironment(), ...environment } })
  running.add(child)
  const out = new Heard<string>()
  const err = new Heard<string>()
  createInterface(child.stdout).on("line", (line) => out.add(line))
  createInterface(child.stderr).on("line", (line) => err.add(line))
  const text = ({ all }: Heard<string>): string => all.map((line) => `${line}\n`).join("")
  const ended = once(child, "close").then(([code, signal]: (number | string | null)[]): Ending => {
    running.delete(child)
    return { code: code as number | null, signal: signal as string | null, out: text(out), err: text(err) }
  })
  const orEnd = <T>(thing: Promise<T>): Promise<T> =>
    Promise.race([
      thing,
      ended.then((ending) => Promise.reject(new Error(`It ended: ${JSON.stringify(ending, null, 2)}`))),
    ])

  return {
    pid: child.pid!,
    out,
    err,
    ended,
    prints: async (like, on = "out") => {
      const lines = await orEnd(
        (on === "out" ? out : err).until((all) => all.some((line) => like.test(line))),
      )
      return lines.find((line) => like.test(line))!
    },
    until: (satisfied) => orEnd(out.until(satisfied)),
    type: (text_) => void child.stdin.write(text_),
    stopReading: () => void child.stdout.destroy(),
    kill: (signal) => void child.kill(signal),
  }
}

/** Runs a program of Node.js in the checkout. */
export const runNode = (args: readonly string[], environment?: Environment, cwd?: string): Program =>
  run(process.execPath, args, environment, cwd)
