/** Backups of a live server and of a folder at rest, what is restored from them, and what `verify` finds (issue 10, point 8). */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { startServer } from "@doorstream/server"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { embeddedLog } from "../../packages/server/src/log/embedded/log.js"
import { openFolder } from "../../packages/server/src/log/embedded/folder.js"
import { doorstream, makeFolder } from "../support/command.js"
import { doorReport, openHouse, serverSettings, systemId, type House, type Report } from "../support/house.js"
import { endPrograms, type Ending } from "../support/program.js"

let place: ReturnType<typeof makeFolder>
let house: House
beforeEach(async () => {
  place = makeFolder()
  house = await openHouse()
})
afterEach(endPrograms)
afterEach(() => house.close())
afterEach(() => place.remove())

const at = (name: string): string => join(place.path, name)
const command = (...args: string[]): Promise<Ending> =>
  doorstream(args, { DOORSTREAM_DATA: house.dataFolder }).ended
const opened = (): Report => doorReport("device.input.dps.opened")

/** What a folder's log holds. */
async function readLog(path: string) {
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
  const extent = await log.extent(systemId)
  const { rows } = await log.read(systemId, 1, { rows: 100_000, milliseconds: 60_000 })
  await log.close()
  await folder.close()
  return { ...extent, ids: rows.map(({ reportId }) => reportId) }
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

describe("A backup of a live server", () => {
  it("holds everything that was acknowledged before it was asked for, while reports go on", async () => {
    const before = Array.from({ length: 500 }, opened)
    await house.report(before)
    const making = command("backup", at("one"))
    const made = making.then(() => true)
    const others = new Promise<false>((resolve) => setImmediate(resolve, false))
    let during = 0
    for (; !(await Promise.race([made, others])); during += 10)
      await house.report(Array.from({ length: 10 }, opened))
    const { code, out, err } = await making
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${at("one")}\n`,
      err: expect.stringContaining("MB") as string,
    })

    expect(statSync(at("one")).mode & 0o777).toBe(0o700)
    expect(statSync(join(at("one"), "data.mdb")).mode & 0o777).toBe(0o600)
    expect(await command("verify", at("one"))).toMatchObject({ code: 0, out: "" })
    expect(await command("restore", at("one"), at("new"))).toMatchObject({ code: 0, out: "" })
    const { ids, first, last } = await readLog(at("new"))
    expect(ids.slice(0, 500)).toEqual(before.map(({ id }) => id))
    expect([first, last]).toEqual([1, ids.length])
    expect(ids.length).toBeLessThanOrEqual(500 + during)
  })

  it("is restored with its keys, registry and positions, and with a new epoch", async () => {
    await house.report(Array.from({ length: 3 }, opened))
    const token = await house.token()
    const { out: annex } = await command("system", "create", "--name", "Annex")
    expect(await command("backup", at("one"))).toMatchObject({ code: 0 })
    await house.report([opened()])
    expect(await command("restore", at("one"), at("new"))).toMatchObject({ code: 0 })
    await house.server().close()
    const old = await readLog(house.dataFolder)
    const restored = await readLog(at("new"))
    expect(restored).toMatchObject({ first: 1, last: 3, ids: old.ids.slice(0, 3) })
    expect(restored.epoch).toMatch(/^[\da-f-]{36}$/)
    expect(restored.epoch).not.toBe(old.epoch)

    const server = await startServer(serverSettings(at("new")), silent)
    try {
      const holders = await fetch(`${server.url}/${systemId}/holders`, {
        headers: { Authorization: `Bearer ${token}` },
      })
      expect(holders.status).toBe(200)
      const { out } = await doorstream(["system", "list"], { DOORSTREAM_DATA: at("new") }).ended
      expect(out).toContain(`${annex.trim()}  Annex\n`)
    } finally {
      await server.close()
    }
  })

  it("never overwrites, leaves nothing half made, and says why where it cannot be made", async () => {
    mkdirSync(at("there"))
    for (const [path, words] of [
      [at("there"), "is there already"],
      [at("none/where"), "ENOENT"],
    ] as const) {
      const { code, err } = await command("backup", path)
      expect([code, err]).toEqual([1, expect.stringContaining(words)])
    }
    expect(readdirSync(place.path)).toEqual(["there"])
  })
})

describe("A folder on which no server runs", () => {
  it("is backed up and verified directly", async () => {
    await house.report([opened()])
    await house.server().close()
    expect(await command("backup", at("one"))).toMatchObject({ code: 0, out: `${at("one")}\n` })
    expect(await command("verify", at("one"))).toMatchObject({
      code: 0,
      err: expect.stringContaining("1 event"),
    })
    expect(await command("verify")).toMatchObject({ code: 0, out: "" })
  })
})

describe("Whoever takes the one for the other", () => {
  it("is told not to serve a backup, not to restore over something, and not to verify a live folder", async () => {
    await command("backup", at("one"))
    await expect(startServer(serverSettings(at("one")), silent)).rejects.toThrow(
      /is a backup.*doorstream restore/,
    )
    expect((await command("restore", at("one"), house.dataFolder)).err).toContain(
      "has something in it already",
    )
    expect((await command("restore", place.path, at("new"))).err).toContain("is no backup")
    expect((await command("verify")).err).toContain("doorstream backup PATH")
    expect((await command("verify", at("none"))).err).toContain("There is no data folder")
    expect(existsSync(at("new"))).toBe(false)
  })

  it("cannot make a data folder of the copy of one that a server writes to", async () => {
    expect((await command("restore", house.dataFolder, at("new"))).err).toContain("in use by process")
  })

  it("may restore the copy of a folder at rest that was made by hand", async () => {
    await house.report([opened()])
    await house.server().close()
    cpSync(house.dataFolder, at("copy"), { recursive: true })
    expect(await command("restore", at("copy"), at("new"))).toMatchObject({ code: 0 })
    expect(await readLog(at("new"))).toMatchObject({ last: 1 })
  })

  it("is told of a part that was left behind, and how to go on", async () => {
    mkdirSync(at("one.part"))
    writeFileSync(at("one.part/data.mdb"), "")
    expect((await command("backup", at("one"))).err).toContain("Remove it")
    expect(existsSync(at("one.part/data.mdb"))).toBe(true)
  })
})

describe("A server that is started on a damaged folder", () => {
  it("says in one line what is damaged and what to do, and touches nothing", async () => {
    await house.report(Array.from({ length: 50 }, opened))
    await house.server().close()
    const file = join(house.dataFolder, "data.mdb")
    truncateSync(file, 5 * 4096)
    const key = readdirSync(join(house.dataFolder, "keys")).find((name) => name.endsWith(".json"))
    const serve = () =>
      doorstream(["serve"], {
        DOORSTREAM_DATA: house.dataFolder,
        DOORSTREAM_PUBLIC_URL: "http://127.0.0.1",
        PORT: "0",
      }).ended
    const { code, out, err } = await serve()
    expect({ code, out }).toEqual({ code: 1, out: "" })
    expect(err).toMatch(
      /^doorstream: The data file .* is damaged: page \d+ is missing.*doorstream restore .*\n$/,
    )
    expect(statSync(file).size).toBe(5 * 4096)
    expect(await command("verify")).toMatchObject({ code: 1, out: expect.stringContaining("is damaged") })

    rmSync(file)
    writeFileSync(join(house.dataFolder, "keys", key!), "{}")
    expect((await serve()).err).toMatch(/^doorstream: The signing key .* is damaged\. .*\n$/)
  })
})
