/** What the embedded log forgets, and what it never forgets. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Entry } from "../../core/ports.js"
import { openFolder, type Folder } from "./folder.js"
import { embeddedLog, startRetention, type EmbeddedLog } from "./log.js"
import { bytesInUse, type Retention } from "./retention.js"
import { openTables } from "./tables.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const another = "another system"
const everything: Retention = { age: Infinity, bytes: Infinity }
const bounds = { rows: 10_000, milliseconds: 10_000 }

const entry = (reportId: string, received: number, text = "{}"): Entry => ({
  reportId,
  received,
  events: [{ topic: "device.input.dps.opened", text }],
})
const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1)

describe("Retention of an embedded log", () => {
  let path: string
  let folder: Folder
  let log: EmbeddedLog
  let now = 0

  /** Opens the log with other settings, as after a restart. */
  const reopen = async (retention: Retention): Promise<void> => {
    await log.close()
    await folder.close()
    folder = await openFolder(path)
    log = embeddedLog(folder, { retention, now: () => now })
  }
  const keptOf = async (of: string): Promise<number[]> =>
    (await log.read(of, 0, bounds)).rows.map(({ received }) => received)

  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), "doorstream-retention-"))
    folder = await openFolder(path)
    log = embeddedLog(folder, { retention: everything, now: () => now })
  })
  afterEach(async () => {
    await log.close()
    await folder.close()
    await rm(path, { recursive: true })
  })

  it("forgets what is older than the age, with its ids, and tells a reader where the log begins", async () => {
    await reopen({ ...everything, age: 10 })
    await log.append(
      system,
      upTo(5).map((at) => entry(String(at), at)),
    )
    now = 13
    await log.sweep()
    expect(await keptOf(system)).toEqual([3, 4, 5])
    expect(await log.read(system, 1, { ...bounds, rows: 1 })).toMatchObject({ first: 3, next: 4 })
    expect(await log.append(system, [entry("3", 13), entry("2", 13)])).toEqual([
      { position: 3, repeated: true },
      { position: 6, repeated: false },
    ])
    await reopen(everything)
    expect(await log.extent(system)).toMatchObject({ first: 3, last: 6 })
    expect(await keptOf(system)).toEqual([3, 4, 5, 13])
  })

  it("forgets as much as there is, in many slices", async () => {
    await reopen({ ...everything, age: 0 })
    await log.append(
      system,
      upTo(3500).map((at) => entry(String(at), at)),
    )
    now = 3400
    await log.sweep()
    expect(await log.extent(system)).toMatchObject({ first: 3400, last: 3500 })
  })

  it("never gives a position twice, though the log was emptied", async () => {
    await reopen({ ...everything, age: 0 })
    await log.append(system, [entry("a", 1), entry("b", 2)])
    const { epoch } = await log.extent(system)
    now = 100
    await log.sweep()
    expect(await log.extent(system)).toEqual({ epoch, first: 3, last: 2 })
    expect(await log.read(system, 1, bounds)).toEqual({ rows: [], next: 3, first: 3 })
    await reopen({ ...everything, age: 0 })
    expect(await log.extent(system)).toEqual({ epoch, first: 3, last: 2 })
    expect(await log.append(system, [entry("a", 100)])).toEqual([{ position: 3, repeated: false }])
    await log.sweep()
    expect(await keptOf(system)).toEqual([100])
  })

  it("forgets the oldest of all systems until the rest takes no more than the bytes", async () => {
    const bytes = 2_000_000
    await reopen({ ...everything, bytes })
    const text = JSON.stringify("x".repeat(500))
    const of = (at: number): string => (at % 3 === 0 ? another : system)
    for (const start of [0, 2000, 4000, 6000]) {
      await Promise.all(
        upTo(2000).map((at) => log.append(of(at), [entry(String(start + at), start + at, text)])),
      )
    }
    const tables = openTables(folder)
    expect(bytesInUse(tables)).toBeGreaterThan(bytes)
    await log.sweep()
    expect(bytesInUse(tables)).toBeLessThanOrEqual(bytes)
    expect(bytesInUse(tables)).toBeGreaterThan(bytes / 2)
    const kept = [...(await keptOf(system)), ...(await keptOf(another))].toSorted((a, b) => a - b)
    expect(kept).toEqual(upTo(8000).slice(-kept.length))
  })

  it("goes on beside appends and reads: nothing that is kept is lost, no hole is read untold", async () => {
    await log.close()
    const turn = (): Promise<false> => new Promise((go) => setImmediate(go, false))
    // A write is on disk for a while before anybody here knows.
    const write: Folder["write"] = (writes) =>
      folder
        .write(writes)
        .then(turn)
        .then(() => undefined)
    log = embeddedLog({ ...folder, write }, { retention: { ...everything, age: 5 }, now: () => now })

    for (const round of upTo(30)) {
      now = round
      const appended = log.append(
        system,
        upTo(300).map((id) => entry(`${round} ${id}`, round)),
      )
      const swept = log.sweep().then(() => true)
      do {
        const { rows, first } = await log.read(system, 1, { ...bounds, rows: 50 })
        const due = upTo(rows.length).map((_, index) => first + index)
        expect(rows.map(({ position }) => position)).toEqual(due)
      } while (!(await Promise.race([swept, turn()])))
      expect((await appended)[0]?.position).toBe((round - 1) * 300 + 1)
    }
    await log.sweep()
    expect(await log.extent(system)).toMatchObject({ first: 24 * 300 + 1, last: 9000 })
    const [again] = await log.append(system, [entry("25 1", 30)])
    expect(again).toEqual({ position: 24 * 300 + 1, repeated: true })
  })

  it("leaves the log as it was when a slice cannot be written, and forgets it the next time", async () => {
    await log.append(
      system,
      upTo(5).map((at) => entry(String(at), at)),
    )
    await log.close()
    let fault: Error | undefined = new Error("The disk is full.")
    const write: Folder["write"] = (writes) =>
      fault === undefined ? folder.write(writes) : Promise.reject(fault)
    log = embeddedLog({ ...folder, write }, { retention: { ...everything, age: 0 }, now: () => 3 })
    await expect(log.sweep()).rejects.toBe(fault)
    expect(await keptOf(system)).toEqual([1, 2, 3, 4, 5])
    expect(await log.extent(system)).toMatchObject({ first: 1 })
    fault = undefined
    await log.sweep()
    expect(await keptOf(system)).toEqual([3, 4, 5])
  })

  it("sweeps every so often until it is stopped, and tells of each sweep that failed", async () => {
    const fault = new Error("The disk is full.")
    const told: unknown[] = []
    await new Promise<void>((resolve) => {
      const stop = startRetention({ sweep: () => Promise.reject(fault) }, 1, (one) => {
        if (told.push(one) < 3) return
        stop()
        resolve()
      })
    })
    expect(told).toEqual([fault, fault, fault])
  })
})
