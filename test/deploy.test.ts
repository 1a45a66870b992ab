/** What is in deploy/, as far as it can be known without a machine that it is installed on: that it is well formed, and true. */
import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterAll, describe, expect, it } from "vitest"
import { readSettings, settings } from "../packages/doorstream/src/settings.js"
import { doorstream, startServe } from "./support/command.js"
import { endPrograms, runNode } from "./support/program.js"

const root = fileURLToPath(new URL("..", import.meta.url))
const read = (name: string): string => readFileSync(join(root, name), "utf8")
const place = mkdtempSync(join(tmpdir(), "doorstream-deploy-"))
afterAll(endPrograms)
afterAll(() => rmSync(place, { recursive: true }))

const pairsIn = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))

const hasAnalyze = spawnSync("systemd-analyze", ["--version"]).status === 0

describe("The systemd unit", () => {
  const unit = read("deploy/doorstream.service")
  const values = (name: string): string[] =>
    [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value]) => value!)

  // Only machines with systemd have its verifier.
  it.skipIf(!hasAnalyze)("is understood by systemd, and exposes little", () => {
    const path = join(place, "doorstream.service")
    writeFileSync(path, unit.replace("/usr/bin/node", process.execPath))
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", path], { encoding: "utf8" })
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" })
    const said = execFileSync("systemd-analyze", ["security", "--offline=yes", "--no-pager", path], {
      encoding: "utf8",
    })
    expect(Number(/exposure level for \S+: ([\d.]+)/.exec(said)?.[1])).toBeLessThan(2)
  })

  it("gives the server longer to end than it takes, and starts it again when it fails", () => {
    expect(Number(values("TimeoutStopSec")[0])).toBeGreaterThan(10)
    expect(values("Restart")).toEqual(["on-failure"])
  })

  it("starts what is there, with settings that there are, on a folder that it may write to", () => {
    const [start = ""] = values("ExecStart")
    const [, script = "", command] = start.split(" ")
    expect([existsSync(join(root, script.replace("/opt/doorstream/", ""))), command]).toEqual([true, "serve"])
    const given = { ...pairsIn(values("Environment").join("\n")), ...pairsIn(read("deploy/doorstream.env")) }
    expect(Object.keys(given).filter((name) => name !== "NODE_ENV" && !(name in settings))).toEqual([])
    const folder = readSettings(given).DOORSTREAM_DATA
    expect(folder.startsWith(`/var/lib/${values("StateDirectory")[0]}/`)).toBe(true)
  })
})

describe("The Dockerfile", () => {
  const lines = read("deploy/Dockerfile")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
  const stages = lines.join("\n").split(/^(?=FROM )/m)
  const last = stages.at(-1)!

  it("builds from files that are there, and from every package", () => {
    const copied = lines
      .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
      .flatMap((line) => line.split(" ").slice(1, -1))
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([])
    const { workspaces } = JSON.parse(read("package.json")) as { workspaces: string[] }
    expect(copied).toEqual(expect.arrayContaining(workspaces.map((name) => `${name}/package.json`)))
    expect(lines.filter((line) => /^\w+ npm (?!ci)/.test(line))).toEqual([])
  })

  it("copies nothing that .dockerignore leaves out", () => {
    const kept = read(".dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"))
    expect(kept).toEqual([
      "!package.json",
      "!package-lock.json",
      "!.npmrc",
      "!tsconfig.base.json",
      "!packages",
    ])
  })

  it("ends in a stage without dependencies of development and without root", () => {
    expect(stages.filter((stage) => stage.includes("npm ci --omit=dev"))).toHaveLength(1)
    expect(last).toMatch(/COPY --from=dependencies \S+node_modules/)
    expect(last).toMatch(/^USER node$/m)
    expect(last).not.toMatch(/apt-get|npm/)
    const major = Number(/^FROM node:(\d+)/.exec(last)?.[1])
    expect(major).toBeGreaterThanOrEqual(20)
  })

  it("has a health check that passes with a server that is ready, and fails without one", async () => {
    const [, words = ""] = /^HEALTHCHECK .*?CMD (\[.*\])$/m.exec(last) ?? []
    const [program, ...args] = JSON.parse(words) as string[]
    expect(program).toBe("node")
    const server = await startServe({ DOORSTREAM_DATA: join(place, "data") })
    const check = () => runNode(args, { PORT: new URL(server.url).port }).ended
    expect((await check()).code).toBe(0)
    server.kill("SIGTERM")
    await server.ended
    expect((await check()).code).toBe(1)
  })

  it("runs a command that there is", async () => {
    const { code, out } = await doorstream(["serve", "--help"]).ended
    expect([code, out]).toEqual([0, expect.stringContaining("Usage: doorstream serve")])
    expect(last).toContain('CMD ["serve"]')
  })
})
