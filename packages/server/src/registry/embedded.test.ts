/** The embedded registry: what every registry must do, and what becomes of a write that fails. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { open } from "lmdb"
import { expect, it } from "vitest"
import { house, type Change } from "../core/ports.js"
import { embeddedRegistry } from "./embedded.js"
import type { RegistryFolder } from "./numbers.js"
import { registrySuite } from "./registry.suite.js"

/** The least that is a data folder. */
const openFolder = (path: string): RegistryFolder & { close(): Promise<void> } => {
  const root = open({ path, noSubdir: false, overlappingSync: false, eventTurnBatching: false })
  return {
    openTable: (name) => root.openDB({ name, keyEncoding: "binary", encoding: "string" }),
    async write(writes) {
      await root.batch(() =>
        writes.forEach(
          ({ table, key, value }) => void (value === undefined ? table.remove(key) : table.put(key, value)),
        ),
      )
    },
    close: () => root.close(),
  }
}

const makePath = (): Promise<string> => mkdtemp(join(tmpdir(), "doorstream-registry-"))

registrySuite("embedded", async () => {
  const path = await makePath()
  let folder = openFolder(path)
  return {
    registry: embeddedRegistry(folder),
    async reopen() {
      await folder.close()
      folder = openFolder(path)
      return embeddedRegistry(folder)
    },
    async close() {
      await folder.close()
      await rm(path, { recursive: true })
    },
  }
})

const system = (id: string): Change => ({
  kind: "system",
  system: house,
  value: { id, name: id, created: "2026-01-01T00:00:00.000Z" },
})

it("An embedded registry knows nothing of what could not be written, and goes on", async () => {
  const path = await makePath()
  const folder = openFolder(path)
  const fault = new Error("The disk is full.")
  let isFull = true
  const write: RegistryFolder["write"] = (writes) => (isFull ? Promise.reject(fault) : folder.write(writes))
  const registry = embeddedRegistry({ ...folder, write })

  const failed = await Promise.allSettled([
    registry.put([system("a"), system("b")]),
    registry.put([system("c")]),
  ])
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"])
  expect(registry.list("system", house)).toEqual([])
  isFull = false
  await registry.put([system("c"), system("a")])
  expect(registry.list("system", house).map(({ id }) => id)).toEqual(["c", "a"])
  expect(
    embeddedRegistry(folder)
      .list("system", house)
      .map(({ id }) => id),
  ).toEqual(["c", "a"])

  await folder.close()
  await rm(path, { recursive: true })
})

it("An embedded registry hands its writes on with the events of a change, and knows nothing of what fails", async () => {
  const path = await makePath()
  const folder = openFolder(path)
  const appended: string[][] = []
  let isFull = true
  const registry = embeddedRegistry(folder, async ({ entries }, writes) => {
    if (isFull) throw new Error("The disk is full.")
    await folder.write(writes)
    appended.push(entries.map(({ reportId }) => reportId))
  })
  const entry = { reportId: "one", received: 0, events: [{ topic: "sync.synced", text: "{}" }] } as const
  const change = () =>
    registry.change(() => ({
      changes: [system("a")],
      events: { system: "a", entries: [entry] },
      answer: "made",
    }))

  await expect(change()).rejects.toThrow("full")
  expect(registry.list("system", house)).toEqual([])
  isFull = false
  expect(await change()).toBe("made")
  expect(appended).toEqual([["one"]])
  expect(embeddedRegistry(folder).list("system", house)).toHaveLength(1)
  await folder.close()
  await rm(path, { recursive: true })
})

it("The embedded registry forgets all of a system that is removed, and gives no number to two things", async () => {
  const path = await makePath()
  let folder = openFolder(path)
  let registry = embeddedRegistry(folder)
  const reopen = async (): Promise<void> => {
    await folder.close()
    folder = openFolder(path)
    registry = embeddedRegistry(folder)
  }
  const group = (id: string, in_: string): Change => ({
    kind: "group",
    system: in_,
    value: { id, name: id, externalId: id, created: "" },
  })
  await registry.put([system("gone"), group("a", "gone"), system("stays"), group("b", "stays")])
  await registry.put([{ ...system("gone"), state: "removed" }])
  for (const look of [reopen, reopen]) {
    expect(registry.findEver("group", "gone", "a")).toBeUndefined()
    expect(registry.findNamed("group", "gone", "a")).toBeUndefined()
    expect(registry.find("system", house, "gone")).toBeUndefined()
    expect(registry.findEver("system", house, "gone")).toBeDefined()
    await look()
    await registry.put([group("c", "stays")])
    expect(registry.list("group", "stays").map(({ id }) => id)).toEqual(["b", "c"])
  }
  await folder.close()
  await rm(path, { recursive: true })
})
