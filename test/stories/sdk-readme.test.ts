/** The examples of the client's README, taken out of it and run as they stand: each a process of its own, a real server. */
import { execFile } from "node:child_process"
import { mkdir, readFile, rm, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import {
  allowed,
  clientId,
  clientSecret,
  cloudNode,
  doorReport,
  frontDoor,
  openHouse,
  someone,
  systemId,
  type House,
} from "../support/house.js"
import { endPrograms, fromSources, runNode, type Program } from "../support/program.js"

const root = fileURLToPath(new URL("../..", import.meta.url))
// Where packages are found by their names, and git looks at nothing.
const folder = ".ci/out/client-readme"

let house: House
beforeAll(async () => {
  const readme = await readFile(join(root, "packages/client/README.md"), "utf8")
  const examples = [...readme.matchAll(/^```ts\n([^]*?)^```$/gm)].map(([, code]) => code!)
  expect(examples.length).toBe(5)
  await rm(join(root, folder), { recursive: true, force: true })
  await mkdir(join(root, folder), { recursive: true })
  for (const [at, code] of examples.entries())
    await writeFile(join(root, folder, `example-${at + 1}.ts`), code)
  await writeFile(
    join(root, folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../../../test/tsconfig.json",
      compilerOptions: { noEmit: true },
      include: ["./*.ts"],
    }),
  )
  house = await openHouse()
})
afterEach(endPrograms)
afterAll(() => house?.close())

const start = (example: number, more: Record<string, string> = {}): Program =>
  runNode([...fromSources, `${folder}/example-${example}.ts`], {
    DOORSTREAM_URL: house.url,
    DOORSTREAM_SYSTEM: systemId,
    DOORSTREAM_CLIENT: clientId,
    DOORSTREAM_SECRET: clientSecret,
    ...more,
  })

/** Reports until the example has printed a line like this: before, nobody knows whether it listens. */
async function reportUntil(example: Program, topic: string, like: RegExp): Promise<void> {
  const printed = example.prints(like)
  const waiting = new AbortController()
  const over = (): void => waiting.abort()
  printed.then(over, over)
  while (!waiting.signal.aborted) await house.report(doorReport(topic))
  await printed
}

describe("The examples of the client's README", () => {
  it("are understood by the compiler", async () => {
    const compile = promisify(execFile)
    const compiler = join(root, "node_modules/typescript/bin/tsc")
    await compile(process.execPath, [compiler, "-p", join(root, folder)]).catch((error: { stdout: string }) =>
      expect(error.stdout).toBe(""),
    )
  })

  it("listen, and know each topic by its body", async () => {
    const example = start(1)
    await reportUntil(example, "device.alarm.forced", new RegExp(`^${frontDoor.name} was forced$`))
    expect(new Set(example.out.all)).toEqual(new Set([`${frontDoor.name} was forced`]))
  })

  it("go on where the last run ended, and end when they are asked to", async () => {
    const file = { CURSOR_FILE: join(root, folder, "cursor.txt") }
    await house.report(allowed())
    const first = start(2, file)
    await first.prints(/^device\.request\.allowed /)
    first.kill("SIGTERM")
    const { out, code } = await first.ended
    expect(code).toBe(0)
    const cursor = /ended after (\S+)/.exec(out)![1]!
    expect(await readFile(file.CURSOR_FILE, "utf8")).toBe(`${cursor}\n`)

    await house.report(doorReport("device.request.unknown"))
    const second = start(2, file)
    expect(await second.prints(/^device/)).toBe(`device.request.unknown ${frontDoor.name}`)
  })

  it("show the doors as they are, and as they change", async () => {
    await house.report(doorReport("device.input.dps.opened"))
    const example = start(3)
    expect(await example.prints(/./)).toBe(`stream.state: ${frontDoor.name} open`)
    await house.report(doorReport("device.input.dps.closed"))
    expect(await example.prints(/closed/)).toBe("device.input.dps.closed: no door open")
  })

  it("hear by functions, and are answered by a command why it was not done", async () => {
    const denied = { holderId: someone.id, requestFactor: "CARD_ONLY" }
    await house.report([doorReport("device.request.denied", denied), doorReport("device.input.rex.on")])
    const { out, code } = await start(4).ended
    expect(out).toMatch(/^\S.* was denied\n.*\bcloud node\b.*\n$/)
    expect(code).toBe(0)
  })

  it("report, and are told what is on disk and what is refused", async () => {
    const { out, code } = await start(5, { CLOUD_NODE: cloudNode.id, DEVICE: frontDoor.id }).ended
    expect(out).toMatch(/^1 on disk\ndevice_unknown .*\n$/)
    expect(code).toBe(0)
  })
})
