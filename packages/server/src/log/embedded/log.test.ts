/** The embedded log: what every log must do, and what is its own, such as writes that fail. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Entry, Position } from "../../core/ports.js"
import { logSuite } from "../log.suite.js"
import { openFolder, type Folder } from "./folder.js"
import { embeddedLog, type EmbeddedLog } from "./log.js"

const makePath = (): Promise<string> => mkdtemp(join(tmpdir(), "doorstream-log-"))
const options = { retention: { age: Infinity, bytes: Infinity }, now: () => 0 }

logSuite("embedded", async () => {
  const path = await makePath()
  let folder = await openFolder(path)
  let log = embeddedLog(folder, options)
  const shut = async (): Promise<void> => {
    await log.close()
    await folder.close()
  }
  return {
    log,
    async reopen() {
      await shut()
      folder = await openFolder(path)
      log = embeddedLog(folder, options)
      return log
    },
    async close() {
      await shut()
      await rm(path, { recursive: true })
    },
  }
})

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const event = { topic: "device.input.dps.opened", text: "{}" } as const
const entry = (reportId: string): Entry => ({ reportId, received: 0, events: [event] })

describe("An embedded log", () => {
  let path: string
  let folder: Folder
  let fault: Error | undefined
  let log: EmbeddedLog

  beforeEach(async () => {
    path = await makePath()
    folder = await openFolder(path)
    fault = undefined
    const write: Folder["write"] = (writes) =>
      fault === undefined ? folder.write(writes) : Promise.reject(fault)
    log = embeddedLog({ ...folder, write }, options)
  })
  afterEach(async () => {
    await log.close()
    await folder.close()
    await rm(path, { recursive: true })
  })

  it("rejects all that was in a write that failed, and goes on without a hole when writes succeed again", async () => {
    const heard: Position[] = []
    await log.follow(system, (rows) => heard.push(...rows.map(({ position }) => position)))
    await log.append(system, [entry("a")])

    fault = new Error("The disk is full.")
    const failed = await Promise.allSettled(["b", "c", "a"].map((id) => log.append(system, [entry(id)])))
    expect(failed.map((outcome) => outcome.status === "rejected" && outcome.reason === fault)).toEqual([
      true,
      true,
      true,
    ])
    expect(await log.extent(system)).toMatchObject({ first: 1, last: 1 })

    fault = undefined
    expect(await log.append(system, [entry("c"), entry("b"), entry("a")])).toEqual([
      { position: 2, repeated: false },
      { position: 3, repeated: false },
      { position: 1, repeated: true },
    ])
    expect(heard).toEqual([1, 2, 3])
  })

  it("knows a system that could not be written at first as soon as it can", async () => {
    fault = new Error("The disk is full.")
    await expect(log.extent(system)).rejects.toBe(fault)
    fault = undefined
    expect(await log.extent(system)).toMatchObject({ first: 1, last: 0 })
  })

  it("refuses an entry without events, and keeps nothing of its append", async () => {
    await expect(log.append(system, [entry("a"), { ...entry("b"), events: [] }])).rejects.toThrow(RangeError)
    expect(await log.extent(system)).toMatchObject({ last: 0 })
  })

  it("splits what waits into writes of bounded size, in order", async () => {
    const sizes: number[] = []
    const counting = embeddedLog(
      { ...folder, write: (writes) => (sizes.push(writes.length), folder.write(writes)) },
      options,
    )
    await counting.extent(system)
    const many = Array.from({ length: 30 }, () => Array.from({ length: 500 }, () => entry("")))
    const answers = await Promise.all(many.map((entries) => counting.append(system, entries)))
    expect(answers.map(([first]) => first?.position)).toEqual(many.map((_, index) => index * 500 + 1))
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4000)
    await counting.close()
  })

  it("writes all that it took before it closes, and refuses what comes after that", async () => {
    await log.extent(system)
    const taken = Array.from({ length: 20 }, () =>
      log.append(
        system,
        Array.from({ length: 1000 }, () => entry("")),
      ),
    )
    let written = 0
    for (const append of taken) void append.then(() => written++)
    await taken[0]
    await log.close()
    expect(written).toBe(20)
    expect(await log.extent(system)).toMatchObject({ last: 20_000 })
    await expect(log.append(system, [entry("late")])).rejects.toThrow("closed")
  })
})
