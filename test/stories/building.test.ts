/** A system and its file, as an operator brings one to the other with the command. */
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { doorstream, makeFolder, startServe, type Serving } from "../support/command.js"
import { endPrograms } from "../support/program.js"
import { listen } from "../support/listeners.js"

const example = join(import.meta.dirname, "../../examples/building.yaml")

let folder: { path: string; remove: () => void }
let environment: { readonly DOORSTREAM_DATA: string }
let system: string
beforeEach(async () => {
  folder = makeFolder()
  environment = { DOORSTREAM_DATA: join(folder.path, "data") }
  system = (await run("system", "create", "--name", "Tower")).out.trim()
})
afterEach(async () => {
  await endPrograms()
  folder.remove()
})

const run = (...args: string[]) => doorstream(args, environment).ended
const apply = (file: string, ...options: string[]) => run("apply", file, "--system", system, ...options)

/** Writes a file of its own and names it. */
function write(text: string): string {
  const path = join(folder.path, "building.yaml")
  writeFileSync(path, text)
  return path
}

const credentialsIn = (out: string): { id: string; secret: string } => ({
  id: /^id +(\S+)/m.exec(out)![1]!,
  secret: /^secret +(\S+)/m.exec(out)![1]!,
})

describe("The file of a building", () => {
  it("is shown before, applied once, and changes nothing the second time, with no server running", async () => {
    const dry = await apply(example, "--dry-run")
    expect(dry.code).toBe(0)
    expect(dry.out).toContain("+ holder ann  Ann Smith")
    expect(dry.err).toContain("8 to add, 0 to change, 0 to remove.")
    expect((await apply(example, "--dry-run")).out).toBe(dry.out)

    const applied = await apply(example)
    expect([applied.code, applied.out]).toEqual([0, dry.out])
    expect(applied.err).toContain("Applied: 8 steps.")
    const again = await apply(example)
    expect([again.code, again.out, again.err]).toEqual([0, "", "The system is what the file says.\n"])
  })

  it("is written again by export, to the same effect", async () => {
    await apply(example)
    const exported = join(folder.path, "exported.yaml")
    expect((await run("export", exported, "--system", system)).code).toBe(0)
    expect((await apply(exported)).err).toContain("The system is what the file says.")
    expect((await run("export", "--system", system)).out.trimEnd()).toBe(
      readFileSync(exported, "utf8").trimEnd(),
    )
  })

  it("is not applied in any part where something is wrong, and the line is named", async () => {
    await apply(example)
    const text = readFileSync(example, "utf8").replace("port: 2", "port: two").replace("Ann\n", "Anna\n")
    const { code, err } = await apply(write(text))
    expect(code).toBe(1)
    const line = text.split("\n").findIndex((each) => each.includes("port: two")) + 1
    expect(err).toContain(`building.yaml:${line}: cloudNodes.0.devices.1.port must be`)
    expect((await run("export", "--system", system)).out).toContain("firstName: Ann\n")

    const stray = await apply(write(readFileSync(example, "utf8").replace("laboratory]", "cellar]")))
    expect(stray.err).toMatch(/building\.yaml:\d+: rules\.0\.devices\.1 names cellar, which is not there\.\n/)
    expect((await apply(write("groups: ["))).err).toMatch(/building\.yaml:1: /)
    expect((await apply(join(folder.path, "none.yaml"))).err).toContain("cannot be read")
  })

  it("removes what it does not name only where that was confirmed", async () => {
    await apply(example)
    const empty = write("# nothing\n")
    const asked = await apply(empty)
    expect([asked.code, asked.err]).toEqual([1, expect.stringContaining("--yes")])
    expect((await apply(example)).err).toContain("The system is what the file says.")
    const { code, out } = await apply(empty, "--yes")
    expect(code).toBe(0)
    expect(out).toContain("- cloud node headquarters  Headquarters")
    expect((await run("export", "--system", system)).out).toMatch(/^#.*\n\{\}\n$/)
  })

  it("causes the events of what it changes, which a listener of the running server hears", async () => {
    const client = credentialsIn(
      (await run("client", "create", "--name", "wall", "--system", system, "--scope", "listen")).out,
    )
    const server: Serving = await startServe(environment)
    const token = await doorstream(["token"], {
      DOORSTREAM_URL: server.url,
      DOORSTREAM_CLIENT: client.id,
      DOORSTREAM_SECRET: client.secret,
      DOORSTREAM_SYSTEM: system,
    }).ended
    const listener = await listen(server.url, token.out.trim(), ["cloudnode.*"], { system })
    listener.socket.on("cloudnode.created", (event: never) => listener.heard.add({ topic: "created", event }))
    expect((await apply(example)).code).toBe(0)
    const [created] = await listener.heard.atLeast(1)
    expect(created?.event).toMatchObject({
      systemId: system,
      body: { name: "Headquarters", serialNumber: "1234ABC", timezone: "Europe/Madrid" },
      metadata: { userName: "The operator" },
    })
    listener.close()
  })
})

describe("A large file", () => {
  it("is taken whole, also where it was exported from", async () => {
    const holders = Array.from({ length: 3000 }, (_, n) => ({
      externalId: `person-${n}`,
      firstName: "Ann",
      lastName: `Smith ${n}`,
      credentials: [{ facilityCode: 77, cardNumber: n }],
    }))
    const file = write(JSON.stringify({ holders }))
    const { code, err } = await apply(file)
    expect([code, err]).toEqual([0, expect.stringContaining("Applied: 3,000 steps.")])
    const exported = join(folder.path, "exported.yaml")
    await run("export", exported, "--system", system)
    expect((await apply(exported)).err).toContain("The system is what the file says.")
  })
})

describe("A file", () => {
  it("is refused for a system that is not there", async () => {
    const { code, err } = await run("apply", example, "--system", "nowhere")
    expect([code, err]).toEqual([1, expect.stringContaining("system_unknown")])
    expect((await run("export", "--system", "nowhere")).err).toContain("system_unknown")
  })
})
