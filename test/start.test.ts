/**
 * `npm start` before the server: the real scripts in a small checkout, with an npm and a tsc that write down that they
 * were called. It must not know what the demo is.
 */
import { spawn, type ChildProcess } from "node:child_process"
import { once } from "node:events"
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, it } from "vitest"

const house = fileURLToPath(new URL("..", import.meta.url))

/** Installs once the file `closed` is gone, unless it is told to fail. */
const npm = `
import { appendFileSync, existsSync, mkdirSync, writeFileSync } from "node:fs"
appendFileSync("calls", "npm " + process.argv.slice(2).join(" ") + "\\n")
while (existsSync("closed")) await new Promise((resolve) => setTimeout(resolve, 20))
if (existsSync("fails")) { console.error("npm error no network"); process.exit(1) }
mkdirSync("node_modules/typescript/bin", { recursive: true })
writeFileSync("node_modules/package.json", '{"type": "module"}')
writeFileSync("node_modules/typescript/bin/tsc", ${JSON.stringify(`
import { appendFileSync, existsSync, mkdirSync } from "node:fs"
appendFileSync("calls", "tsc " + process.argv[2] + "\\n")
mkdirSync("packages/a/dist", { recursive: true })
if (existsSync("broken")) { console.log("a.ts(1,1): error TS1: broken"); process.exit(2) }
`)})
writeFileSync("node_modules/.package-lock.json", "{}")
`

let folder: string
const at = (path: string): string => join(folder, path)

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}

const running: ChildProcess[] = []

function start(...args: string[]) {
  const child = spawn(process.execPath, [at("scripts/start.mjs"), ...args], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: at("npm-cli.js") },
    stdio: ["ignore", "pipe", "pipe"],
  })
  running.push(child)
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text))
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
  const saying = async (text: string): Promise<void> => {
    while (!said.includes(text)) await Promise.race([once(child.stdout, "data"), once(child.stderr, "data")])
  }
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
    said,
  }))
  return { child, saying, ended }
}

const calls = (): string[] =>
  existsSync(at("calls")) ? readFileSync(at("calls"), "utf8").trim().split("\n") : []
const forget = (): void => rmSync(at("calls"), { force: true })

/** As if it had been written an hour from now: no file system is too coarse to see that. */
function touch(path: string): void {
  const later = new Date(Date.now() + 3_600_000)
  utimesSync(at(path), later, later)
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "doorstream-start-"))
  cpSync(join(house, "scripts"), at("scripts"), { recursive: true })
  write("package.json", '{ "type": "module", "engines": { "node": ">=20.19" } }')
  write("package-lock.json", "{}")
  write("tsconfig.base.json", "{}")
  write("npm-cli.js", npm)
  write("packages/a/package.json", "{}")
  write("packages/a/tsconfig.json", "{}")
  write("packages/a/src/a.ts", "export {}")
  write(
    "packages/doorstream/bin/doorstream.mjs",
    'console.log("runs", process.pid, ...process.argv.slice(2))',
  )
})

afterEach(() => {
  for (const child of running.splice(0)) child.kill("SIGKILL")
  rmSync(folder, { recursive: true, force: true })
})

describe("A start in a fresh checkout", () => {
  it("installs, builds, says so, and runs the demo in the same process with what it was given", async () => {
    const { child, ended } = start("--port", "1")
    const { code, said } = await ended
    expect(calls()).toEqual(["npm ci --include=dev", "tsc -b"])
    expect(said).toMatch(
      /^Installing dependencies …\nInstalled dependencies in \d+\.\d s\nBuilding …\nBuilt in \d+\.\d s\n/,
    )
    expect(said).toContain(`runs ${child.pid} demo --port 1\n`)
    expect(code).toBe(0)
  })

  it("says what npm said and what to do when installing fails, and runs nothing", async () => {
    write("fails", "")
    const { code, said } = await start().ended
    expect(said).toContain("npm error no network\n")
    expect(said).toMatch(/Installing dependencies failed after \d+\.\d s\. .*try again\.\n$/)
    expect({ code, calls: calls() }).toEqual({ code: 1, calls: ["npm ci --include=dev"] })
  })

  it("says what tsc said when building fails, and builds again the next time", async () => {
    write("broken", "")
    const { code, said } = await start().ended
    expect(said).toContain("a.ts(1,1): error TS1: broken\n")
    expect(said).not.toContain("runs")
    expect(code).toBe(1)
    rmSync(at("broken"))
    forget()
    expect((await start().ended).said).toContain("runs")
    expect(calls()).toEqual(["tsc -b"])
  })

  it("refuses a Node that is too old, and says which is needed", async () => {
    write("package.json", '{ "type": "module", "engines": { "node": ">=999.1" } }')
    const { code, said } = await start().ended
    expect(said).toContain(`Doorstream needs Node.js 999.1 or newer; this is ${process.versions.node}.`)
    expect({ code, calls: calls() }).toEqual({ code: 1, calls: [] })
  })
})

describe("A start where everything was made before", () => {
  beforeEach(async () => {
    await start().ended
    forget()
  })

  it("says nothing of its own and does nothing", async () => {
    const { child, ended } = start()
    expect((await ended).said).toBe(`runs ${child.pid} demo\n`)
    expect(calls()).toEqual([])
  })

  it("installs and builds again when the lockfile is newer", async () => {
    touch("package-lock.json")
    await start().ended
    expect(calls()).toEqual(["npm ci --include=dev", "tsc -b"])
  })

  it.each([
    "packages/a/src/a.ts",
    "packages/a/tsconfig.json",
    "packages/a/package.json",
    "tsconfig.base.json",
  ])("builds again when %s has changed", async (path) => {
    touch(path)
    await start().ended
    expect(calls()).toEqual(["tsc -b"])
  })

  it("builds again when a source has come or gone, and when what was built is gone", async () => {
    for (const change of [
      () => write("packages/a/src/deep/b.ts", ""),
      () => rmSync(at("packages/a/src/deep/b.ts")),
      () => rmSync(at("packages/a/dist"), { recursive: true }),
    ]) {
      change()
      await start().ended
      expect(calls()).toEqual(["tsc -b"])
      forget()
    }
  })

  it("does not build for a test that has changed", async () => {
    write("packages/a/src/a.test.ts", "")
    await start().ended
    expect(calls()).toEqual([])
  })
})

describe("Two starts at once", () => {
  beforeEach(() => write("closed", ""))

  it("take turns: one installs and builds, the other waits for it and says so", async () => {
    const first = start()
    await first.saying("Installing dependencies")
    const second = start()
    await second.saying("Waiting for another start")
    rmSync(at("closed"))
    expect([await first.ended, await second.ended].map(({ code }) => code)).toEqual([0, 0])
    expect(calls()).toEqual(["npm ci --include=dev", "tsc -b"])
  })

  it("are not in each other's way when the one that waits is told to end", async () => {
    const first = start()
    await first.saying("Installing dependencies")
    const second = start()
    await second.saying("Waiting for another start")
    second.child.kill("SIGTERM")
    expect((await second.ended).signal).toBe("SIGTERM")
    expect(existsSync(at("dist/.ensuring"))).toBe(true)
    rmSync(at("closed"))
    expect((await first.ended).code).toBe(0)
  })

  it("do not wait for one that was killed long ago", async () => {
    rmSync(at("closed"))
    write("dist/.ensuring", "1\n")
    const longAgo = new Date(Date.now() - 60_000)
    utimesSync(at("dist/.ensuring"), longAgo, longAgo)
    expect((await start().ended).code).toBe(0)
  })

  it("leave no trace of one that is told to end while it installs", async () => {
    const { child, saying, ended } = start()
    await saying("Installing dependencies")
    child.kill("SIGTERM")
    expect(await ended).toMatchObject({ code: null, signal: "SIGTERM" })
    expect(existsSync(at("dist/.ensuring"))).toBe(false)
  })
})
