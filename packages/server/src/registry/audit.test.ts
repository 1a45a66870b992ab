/** The audit in a folder: numbered without holes, read in pages, forgotten from its old end. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { AuditQuery } from "../core/audit.js"
import { openFolder, type Folder } from "../log/embedded/folder.js"
import { embeddedRegistry, type EmbeddedRegistry } from "./embedded.js"

let path: string
let folder: Folder
let registry: EmbeddedRegistry
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "doorstream-audit-"))
  folder = await openFolder(path)
  registry = embeddedRegistry(folder)
})
afterEach(async () => {
  await folder.close()
  await rm(path, { recursive: true })
})

const by = { id: "ann", name: "Ann", from: "192.0.2.7" }

/** Something was done at a time. */
const note = (at: number, what = "thing.done", who = by, system = "tower") =>
  registry.change(() => ({
    changes: [],
    answer: "done",
    audit: [{ at, by: who, system, deeds: [{ what, id: `${at}` }] }],
  }))

const newest = { before: Number.MAX_SAFE_INTEGER }
const read = (query: Partial<AuditQuery> = {}) => {
  const { records, next } = registry.audit.read({ from: newest, most: 100, ...query })
  return [records.map(({ number }) => number), next]
}

describe("The audit", () => {
  it("is read from either end, in pages", async () => {
    expect(read()).toEqual([[], null])
    for (let at = 1; at <= 5; at++) await note(at)
    expect(read({ most: 2 })).toEqual([[5, 4], 4])
    expect(read({ most: 3, from: { before: 4 } })).toEqual([[3, 2, 1], null])
    expect(read({ most: 2, from: { after: 0 } })).toEqual([[1, 2], 2])
    expect(read({ from: { after: 5 } })).toEqual([[], null])
  })

  it("is read by system, time, who and what", async () => {
    const bob = { id: "bob", name: "Bob", from: "operator" }
    await note(1, "client.created")
    await note(2, "client.removed", bob)
    await note(3, "clients.counted", by, "annex")
    expect(read({ system: "annex" })).toEqual([[3], null])
    expect(read({ who: "bob" })).toEqual([[2], null])
    expect(read({ who: "Ann" })).toEqual([[3, 1], null])
    expect(read({ what: "client" })).toEqual([[2, 1], null])
    expect(read({ what: "client.removed" })).toEqual([[2], null])
    expect(read({ since: 2, until: 2 })).toEqual([[2], null])
  })

  it("gives no number for what could not be written", async () => {
    await note(1)
    const { write } = folder
    Object.assign(folder, { write: () => Promise.reject(new Error("no space")) })
    await expect(note(2)).rejects.toThrow("no space")
    Object.assign(folder, { write })
    await note(3)
    expect(read()).toEqual([[2, 1], null])
  })

  it("numbers what is told at once in its order, and goes on after it", async () => {
    await note(1)
    const audit = [2, 3, 4].map((at) => ({ at, by, deeds: [{ what: "door.opened", id: `${at}` }] }))
    await registry.change(() => ({ changes: [], answer: undefined, audit }))
    registry = embeddedRegistry(folder)
    await note(5)
    const { records } = registry.audit.read({ from: { after: 0 }, most: 9 })
    expect(records.map(({ number, at }) => [number, at])).toEqual([1, 2, 3, 4, 5].map((at) => [at, at]))
  })

  it("forgets what is old, but never its newest record, so that no number is given twice", async () => {
    for (let at = 1; at <= 2500; at++) await note(at)
    await registry.audit.forget(2400)
    expect(read({ from: { after: 0 }, most: 1 })).toEqual([[2400], 2400])
    await registry.audit.forget(Infinity)
    expect(read()).toEqual([[2500], null])
    registry = embeddedRegistry(folder)
    await note(1)
    expect(read()).toEqual([[2501, 2500], null])
  })
})
