import { once } from "node:events"
import { chmodSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs"
import { connect, createServer, type Socket } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { text } from "node:stream/consumers"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Triggered } from "@doorstream/simulator"
import { openBuildingSocket, type BuildingSocket } from "./building-socket.js"
import { findBuildings } from "./find-buildings.js"
import { nameOf } from "./place.js"

let above: string
let folder: string
let open: BuildingSocket[]
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), "doorstream-"))
  folder = join(above, "buildings")
  open = []
})
afterEach(async () => {
  for (const socket of open) await socket.close()
  rmSync(above, { recursive: true })
})

const done: Triggered = { door: "Front Door", cloudNode: "Main Building", did: ["opened it"] }

async function run(systemId: string, trigger: (...asked: unknown[]) => Promise<Triggered>) {
  open.push(await openBuildingSocket({ systemId, folder, trigger }))
}

/** A line that is written to a building's socket, and what is answered. */
async function write(name: string, line: string): Promise<unknown> {
  const socket: Socket = connect(join(folder, name))
  socket.write(line)
  return JSON.parse(await text(socket))
}

describe("A virtual building's socket", () => {
  it("is found, and what is asked is done there", async () => {
    const asked: unknown[] = []
    await run("one", async (...some) => {
      asked.push(some)
      return done
    })
    const [found, ...others] = await findBuildings(folder)
    expect([found?.systemId, others]).toEqual(["one", []])
    const topic = "device.alarm.forced"
    expect(await found?.ask({ ask: "trigger", topic, door: "Front Door" })).toEqual(done)
    expect(await found?.ask({ ask: "trigger", topic })).toEqual(done)
    expect(asked).toEqual([
      [topic, "Front Door"],
      [topic, undefined],
    ])
  })

  it("is one of several, each for its system", async () => {
    await run("one", async () => done)
    await run("two", async () => ({ impossible: "The door has no sensor." }))
    const found = await findBuildings(folder)
    expect(found.map(({ systemId }) => systemId).toSorted()).toEqual(["one", "two"])
    const two = found.find(({ systemId }) => systemId === "two")
    expect(await two?.ask({ ask: "trigger", topic: "liveEvent" })).toEqual({
      impossible: "The door has no sensor.",
    })
  })

  it("answers with what went wrong, and lives on", async () => {
    await run("one", () => Promise.reject(new Error("The building's time has ended.")))
    const [found] = await findBuildings(folder)
    const said = await found?.ask({ ask: "trigger", topic: "liveEvent" })
    expect(said).toEqual({ fault: "The building's time has ended." })
    expect(await findBuildings(folder)).toHaveLength(1)
  })

  it("is this user's only, and gone when the building is", async () => {
    await run("one", async () => done)
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, nameOf("one", process.pid))).mode & 0o777).toBe(0o600)
    await open.pop()?.close()
    expect(readdirSync(folder)).toEqual([])
    expect(await findBuildings(folder)).toEqual([])
  })

  it.each([
    ["no JSON", "hello\n"],
    ["no question", '{"ask":"open"}\n'],
    ["no topic", '{"ask":"trigger","topic":"door.opened"}\n'],
    ["no door's name", '{"ask":"trigger","topic":"liveEvent","door":7}\n'],
    ["a question without an end", "x".repeat(100_000)],
  ])("refuses %s", async (_, line) => {
    await run("one", async () => done)
    expect(await write(nameOf("one", process.pid), line)).toEqual({ fault: expect.any(String) as string })
    expect(await findBuildings(folder)).toHaveLength(1)
  })

  it("is not opened in a folder that others may look into", async () => {
    await run("one", async () => done)
    chmodSync(folder, 0o755)
    await expect(openBuildingSocket({ systemId: "two", folder, trigger: async () => done })).rejects.toThrow(
      /cannot be used: others may look into it/,
    )
    expect(await findBuildings(folder)).toEqual([])
  })
})

describe("Looking for virtual buildings", () => {
  it("finds none where none ever was", async () => {
    expect(await findBuildings(folder)).toEqual([])
    expect(existsSync(folder)).toBe(false)
  })

  it("removes what a building has left behind, and passes over one that does not answer", async () => {
    await run("one", async () => done)
    const left = nameOf("gone", 99_999_999)
    const server = createServer()
    server.listen(join(folder, left))
    await once(server, "listening")
    const hanging = nameOf("hanging", 99_999_998)
    const mute = createServer((socket) => socket.destroy())
    mute.listen(join(folder, hanging))
    await once(mute, "listening")
    // A process that is killed leaves its socket; closing one removes it, so it is put elsewhere meanwhile.
    renameSync(join(folder, left), join(above, "kept"))
    server.close()
    await once(server, "close")
    renameSync(join(above, "kept"), join(folder, left))

    expect((await findBuildings(folder)).map(({ systemId }) => systemId)).toEqual(["one"])
    expect(readdirSync(folder).toSorted()).toEqual([nameOf("one", process.pid), hanging].toSorted())
    mute.close()
    await once(mute, "close")
  })
})
