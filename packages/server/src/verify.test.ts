/** What `verify` finds in a folder whose pages are well and whose content is not. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import type { Entry } from "./core/ports.js"
import { openFolder, type Folder, type Write } from "./log/embedded/folder.js"
import { embeddedLog } from "./log/embedded/log.js"
import { idKey, openTables, rowKey, systemKey, writeRow, type Tables } from "./log/embedded/tables.js"
import { openKeys } from "./tokens/keys.js"
import { verifyFolder } from "./verify.js"

const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"
const key = systemKey(system)
let path: string
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "doorstream-verify-"))
  await openKeys(path, Date.now)
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: Date.now })
  const entries = Array.from({ length: 9 }, (_, at): Entry => ({
    reportId: at % 3 === 2 ? "" : `report ${at + 1}`,
    received: 1000 + at,
    events: [{ topic: "device.input.dps.opened", text: JSON.stringify({ at }) }],
  }))
  await log.append(system, entries)
  await log.append("another", entries.slice(0, 2))
  await log.close()
  await folder.close()
})
afterEach(() => rm(path, { recursive: true }))

async function change(writes: (tables: Tables, folder: Folder) => readonly Write[]): Promise<void> {
  const folder = await openFolder(path)
  await folder.write(writes(openTables(folder), folder))
  await folder.close()
}

const findings = async () => (await verifyFolder(path, () => undefined)).findings

const row = { topic: "device.input.dps.opened", received: 1, reportId: "", text: "{}" } as const

const faults: readonly (readonly [
  what: string,
  writes: (tables: Tables, folder: Folder) => readonly Write[],
  says: readonly string[],
])[] = [
  [
    "a hole in the positions",
    ({ rows }) => [{ table: rows, key: rowKey(key, 3), value: undefined }],
    [`Event 4 of system ${system} comes where 3 should be.`],
  ],
  [
    "a row that is cut off",
    ({ rows }) => [{ table: rows, key: rowKey(key, 3), value: '["device.inp' }],
    [`Event 3 of system ${system} cannot be read.`],
  ],
  [
    "an event that is no JSON",
    ({ rows }) => [{ table: rows, key: rowKey(key, 3), value: writeRow({ ...row, text: '{"at' }) }],
    [`Event 3 of system ${system} cannot be read.`],
  ],
  [
    "a report that is not in the index",
    ({ ids }) => [{ table: ids, key: idKey(key, "report 4"), value: undefined }],
    [`Event 4 of system ${system} is not in the index under its report's id.`],
  ],
  [
    "a report that the index has elsewhere",
    ({ ids }) => [{ table: ids, key: idKey(key, "report 4"), value: "5" }],
    [
      `Event 4 of system ${system} is not in the index under its report's id.`,
      `The index has report "report 4" of system ${system} at 5, where it is not.`,
    ],
  ],
  [
    "an entry of the index without its event",
    ({ ids }) => [{ table: ids, key: idKey(key, "gone"), value: "99" }],
    [`The index has report "gone" of system ${system} at 99, where it is not.`],
  ],
  [
    "an event of no system",
    ({ rows }) => [{ table: rows, key: rowKey(Buffer.alloc(16, 1), 1), value: writeRow(row) }],
    [`There is an event under ${"01".repeat(16)}${"0".repeat(15)}1, which is no system's.`],
  ],
  [
    "a system's record that cannot be read",
    ({ systems }) => [{ table: systems, key: Buffer.alloc(16, 2), value: "{" }],
    [`The record of system ${"02".repeat(16)} is no JSON.`],
  ],
  [
    "an entry of the registry that is no JSON",
    (_, folder) => [
      { table: folder.openTable("registry"), key: Buffer.from([0, 0, 0, 0, 0, 0, 0, 7]), value: "{" },
    ],
    ["Entry 7 of the registry is no JSON."],
  ],
  [
    "a hole in the audit, and a record that is no JSON",
    (_, folder) =>
      [3, 4, 6].map((number) => ({
        table: folder.openTable("audit"),
        key: Buffer.from([0, 0, 0, 0, 0, 0, 0, number]),
        value: number === 4 ? "{" : "{}",
      })),
    ["Record 4 of the audit is no JSON.", "Record 6 of the audit comes where 5 should be."],
  ],
  [
    "a state that is further than its log, and records of states that are no JSON",
    (_, folder) => [
      { table: folder.openTable("states.heads"), key, value: '{"position":99}' },
      { table: folder.openTable("states.heads"), key: Buffer.alloc(16, 5), value: "{" },
      { table: folder.openTable("states"), key: Buffer.from([...key, 1, 100, 49]), value: "[" },
    ],
    [
      `What is said of the state under ${"05".repeat(16)} is no JSON.`,
      `The state under ${key.toString("hex")} is of position 99, and its log ends at 9.`,
      'The state of "d1" is no JSON.',
    ],
  ],
  [
    "dead letters that are not as many as is said, or nobody's",
    (_, folder) => [
      { table: folder.openTable("letters"), key: rowKey(Buffer.alloc(16, 7), 1), value: "{}" },
      { table: folder.openTable("letters.systems"), key: Buffer.alloc(16, 8), value: '{"count":1}' },
    ],
    [
      `There are 0 dead letters under ${"08".repeat(16)}, which is not what is said of them.`,
      `There are dead letters under ${"07".repeat(16)}, which is no system's.`,
    ],
  ],
]

describe("Verifying a folder", () => {
  it("finds nothing where all is well, and changes nothing", async () => {
    expect(await verifyFolder(path, () => undefined)).toEqual({ findings: [], events: 11 })
    await (await openFolder(path)).close()
  })

  it.each(faults)("finds %s", async (_, writes, says) => {
    await change(writes)
    expect(await findings()).toEqual(says)
  })

  it("finds a key file that cannot be read, and tells nothing of it but its name", async () => {
    const name = (await readdir(join(path, "keys"))).find((file) => file.endsWith(".json"))
    await writeFile(join(path, "keys", name!), '{"d":"a secret"}')
    const [finding] = await findings()
    expect(finding).toContain(name)
    expect(finding).not.toContain("a secret")
  })

  it("does not read on in a file whose pages are damaged", async () => {
    await writeFile(join(path, "data.mdb"), "nothing of ours".repeat(1000))
    expect(await findings()).toEqual([expect.stringMatching(/data\.mdb is damaged: .* was not read\.$/)])
  })
})
