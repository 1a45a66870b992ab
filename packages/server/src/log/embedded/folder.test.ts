/** The data folder on a real disk: who may open it, what a write is, what an older or newer format means. */
import { execFile } from "node:child_process"
import { mkdtemp, rm, stat } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { open } from "lmdb"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { openFolder } from "./folder.js"
import { bringUpToDate, type Step } from "./format.js"

let parent: string
let path: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "doorstream-folder-"))
  path = join(parent, "data.v1")
})
afterEach(() => rm(parent, { recursive: true }))

describe("A data folder", () => {
  it("is made for its owner only", async () => {
    const folder = await openFolder(path)
    await folder.close()
    const modes = await Promise.all(
      [path, join(path, "data.mdb")].map(async (of) => (await stat(of)).mode & 0o777),
    )
    expect(modes).toEqual([0o700, 0o600])
  })

  it("keeps what was written", async () => {
    const folder = await openFolder(path)
    const table = folder.openTable("test")
    const [key, gone] = [Buffer.from("key"), Buffer.from("gone")]
    await folder.write([key, gone].map((of) => ({ table, key: of, value: "välue" })))
    await folder.write([{ table, key: gone, value: undefined }])
    await folder.close()

    const reopened = await openFolder(path)
    const again = reopened.openTable("test")
    expect([again.get(key), again.get(gone)]).toEqual(["välue", undefined])
    await reopened.close()
  })

  it("is one opener's only, until that one closes it", async () => {
    const folder = await openFolder(path)
    await expect(openFolder(path)).rejects.toThrow(expect.objectContaining({ code: "folder_in_use" }))
    await expect(openFolder(path)).rejects.toThrow(path)
    await folder.close()
    await (await openFolder(path)).close()
  })

  it("refuses a key that is too long before anything is written", async () => {
    const folder = await openFolder(path)
    const table = folder.openTable("test")
    const short = Buffer.from("short")
    const writes = [short, Buffer.alloc(1979, 1)].map((key) => ({ table, key, value: "" }))
    await expect(folder.write(writes)).rejects.toThrow(RangeError)
    expect(table.get(short)).toBeUndefined()
    await folder.close()
  })

  // Windows has no limit on the size of files.
  it.skipIf(process.platform === "win32")(
    "rejects a write for which there is no room, keeps none of it, and takes the next",
    async () => {
      const child = join(import.meta.dirname, "write-too-much.child.ts")
      const node = [process.execPath, "--import", "tsx", "--conditions=source", child, path]
      const limited = ["-c", 'ulimit -f 2048 && exec "$@"', "sh", ...node]
      const { stdout } = await promisify(execFile)("sh", limited, { cwd: import.meta.dirname })
      const noRoom = expect.stringMatching(/file too large|input\/output error/i)
      expect(JSON.parse(stdout)).toEqual(["written", noRoom, noRoom, expect.any(String), "written"])

      const folder = await openFolder(path)
      const keys = [...folder.openTable("test").getKeys()].map(String)
      expect(keys.filter((key) => !key.startsWith("beside"))).toEqual([
        "after it 0",
        "after it 1",
        "small 0",
        "small 1",
      ])
      await folder.close()
    },
  )

  // Only Linux tells what is open.
  it.skipIf(process.platform !== "linux")(
    "says that it is broken when LMDB refuses everything after a failure, and is well when it is opened anew",
    async () => {
      const child = join(import.meta.dirname, "break-disk.child.ts")
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ["--import", "tsx", "--conditions=source", child, path],
        { cwd: import.meta.dirname },
      )
      const failed = "The data folder could not be written."
      expect(JSON.parse(stdout)).toEqual(["written", false, failed, true, failed, true])

      const folder = await openFolder(path)
      expect([...folder.openTable("test").getKeys()].map(String)).toContain("before")
      expect(folder.isBroken()).toBe(false)
      await folder.close()
    },
  )

  it("knows how many bytes hold something and how many are free inside it", async () => {
    const folder = await openFolder(path)
    const table = folder.openTable("test")
    const keys = Array.from({ length: 1000 }, (_, index) => Buffer.from(String(index)))
    await folder.write(keys.map((key) => ({ table, key, value: "x".repeat(1000) })))
    const full = folder.size()
    expect(full.used).toBeGreaterThan(1e6)
    expect(full.used + full.reusable).toBeLessThanOrEqual((await stat(join(path, "data.mdb"))).size)
    await folder.write(keys.map((key) => ({ table, key, value: undefined })))
    const emptied = folder.size()
    expect(emptied.used).toBeLessThan(1e5)
    expect(emptied.reusable).toBeGreaterThan(1e6)
    await folder.close()
  })
})

describe("The format of a data folder", () => {
  const openRoot = () => open({ path, noSubdir: false, overlappingSync: false })

  it("is refused when it is newer than this version reads, with what to do", async () => {
    const root = openRoot()
    bringUpToDate(
      root,
      Array.from({ length: 99 }, () => () => undefined),
    )
    await root.close()
    await expect(openFolder(path)).rejects.toThrow(/format 100.*up to \d\..*Run the version that wrote it/)
    await expect(openFolder(path)).rejects.toThrow(/format 100/)
  })

  it("is brought up to date by the steps that it lacks, in order and once", async () => {
    const taken: number[] = []
    const steps: Step[] = [1, 2, 3].map((step) => () => void taken.push(step))
    const root = openRoot()
    bringUpToDate(root, steps.slice(0, 1))
    expect(taken).toEqual([])
    bringUpToDate(root, steps)
    bringUpToDate(root, steps)
    expect(taken).toEqual([2, 3])
    await root.close()
  })

  it("stays as it was when a step fails, with all that the step has written", async () => {
    const root = openRoot()
    bringUpToDate(root, [])
    const failing: Step = (of) => {
      of.putSync("half", 1)
      throw new Error("The step failed.")
    }
    expect(() => bringUpToDate(root, [failing])).toThrow("The step failed.")
    expect(root.get("half")).toBeUndefined()
    bringUpToDate(root, [])
    await root.close()
  })
})
