/** Named listeners in a data folder: what outlives the process, and what is forgotten. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { NamedListener } from "../../core/names.js"
import { openFolder, type Folder } from "./folder.js"
import { openNames, type KeptNames, type NamesOptions } from "./names.js"

const day = 86_400_000
const wall: NamedListener = {
  system: "tower",
  client: "app",
  name: "wall-3",
  epoch: "one",
  position: 7,
  topics: { liveEvent: 3 },
  seen: 40 * day,
}

let path: string
let folder: Folder
let writes: number
let broken: Error | undefined
let faults: unknown[]
let gone: Set<string>
let names: KeptNames

function open(): KeptNames {
  const write: Folder["write"] = async (all) => {
    if (broken !== undefined) throw broken
    writes += 1
    await folder.write(all)
  }
  const options: NamesOptions = {
    age: 30 * day,
    now: () => 71 * day,
    isGone: ({ client }) => gone.has(client),
    fault: (error) => faults.push(error),
  }
  return openNames({ ...folder, write }, options)
}

beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "doorstream-names-"))
  folder = await openFolder(path)
  ;[writes, broken, faults, gone] = [0, undefined, [], new Set()]
  names = open()
})
afterEach(async () => {
  await folder.close()
  await rm(path, { recursive: true })
})

describe("Named listeners in a data folder", () => {
  it("are there after the folder was opened anew, as they were kept and moved last", async () => {
    await names.keep(wall)
    names.move({ ...wall, position: 9 })
    await names.close()
    await folder.close()
    folder = await openFolder(path)
    expect(open().list()).toEqual([{ ...wall, position: 9 }])
  })

  it("are on disk when keeping has resolved, and many that are kept or moved at once are few writes", async () => {
    const many = Array.from({ length: 500 }, (_, at) => ({ ...wall, name: `wall-${at}` }))
    await Promise.all(many.map((each) => names.keep(each)))
    expect(open().list()).toHaveLength(500)
    for (const each of many) names.move({ ...each, position: 9 })
    await names.close()
    expect(writes).toBeLessThanOrEqual(3)
    expect(
      open()
        .list()
        .every(({ position }) => position === 9),
    ).toBe(true)
  })

  it("are written with what comes next when a write has failed", async () => {
    broken = new Error("no space")
    await expect(names.keep(wall)).rejects.toThrow("no space")
    broken = undefined
    await names.close()
    expect(open().find(wall)).toEqual(wall)
  })

  it("are of one API client in one system each, whatever they are called", async () => {
    const others = [wall, { ...wall, client: "another" }, { ...wall, system: "barn" }]
    for (const each of others) await names.keep(each)
    expect(await names.forget(wall)).toBe(true)
    expect(await names.forget(wall)).toBe(false)
    expect(names.find(wall)).toBeUndefined()
    expect(open().list()).toEqual(others.slice(1))
  })

  it("are forgotten when they were not there for too long, or when their API client is gone", async () => {
    const fresh = { ...wall, name: "fresh", seen: 41 * day }
    const orphan = { ...fresh, client: "revoked" }
    for (const each of [wall, fresh, orphan]) await names.keep(each)
    gone.add("revoked")
    await names.sweep()
    expect(names.list()).toEqual([fresh])
    expect(open().list()).toEqual([fresh])
  })

  it("are ten thousand of one API client in one system at most", async () => {
    for (let at = 0; at < 10_000; at++) names.move({ ...wall, name: `wall-${at}` })
    expect(await names.keep({ ...wall, name: "one-more" })).toMatchObject({ code: "too_many_listeners" })
    expect(await names.keep({ ...wall, name: "wall-17" })).toBeUndefined()
    expect(await names.keep({ ...wall, client: "another" })).toBeUndefined()
    await names.forget({ ...wall, name: "wall-4" })
    expect(await names.keep({ ...wall, name: "one-more" })).toBeUndefined()
  })
})
