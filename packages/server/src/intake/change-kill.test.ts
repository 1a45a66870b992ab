/** A change, its event and what the audit tells of it are there together or not at all, when the process is killed. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { expect, it } from "vitest"
import type { AuditRecord } from "../core/audit.js"
import { openFolder } from "../log/embedded/folder.js"
import { embeddedLog } from "../log/embedded/log.js"
import { embeddedRegistry } from "../registry/embedded.js"

const rounds = process.env["DOORSTREAM_SOAK"] === "1" ? 60 : 4
const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"

/** Runs the process until it has said so many lines; all that it said was done. */
async function changeAndKill(path: string, round: number, lines: number): Promise<string[]> {
  const script = join(import.meta.dirname, "change-until-killed.child.ts")
  const command = ["--import", "tsx", "--conditions=source", script, path, String(round), system]
  const child = spawn(process.execPath, command, { stdio: ["ignore", "pipe", "inherit"] })
  const exited = once(child, "exit")
  const done: string[] = []
  for await (const line of createInterface(child.stdout)) {
    const [id = "", end] = line.split(" ")
    if (end === ".") done.push(id)
    if (done.length === lines) child.kill("SIGKILL")
  }
  expect(await exited).toEqual([null, "SIGKILL"])
  return done
}

async function readAll(path: string) {
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: () => 0 })
  const registry = embeddedRegistry(folder)
  const ids = (kind: "cloudNode" | "group") => registry.list(kind, system).map(({ id }) => id)
  const [nodes, groups] = [ids("cloudNode"), ids("group")]
  const records: AuditRecord[] = []
  for (let after: number | null = 0; after !== null;) {
    const page = registry.audit.read({ from: { after }, most: 10_000 })
    records.push(...page.records)
    after = page.next
  }
  const { rows } = await log.read(system, 1, { rows: 1e6, milliseconds: 1e6 })
  const events = rows.map(({ text }) => (JSON.parse(text) as { body: { id: string } }).body.id)
  await log.close()
  await folder.close()
  return { nodes, groups, records, events }
}

it(
  "A change and what the audit tells of it are there together or not at all",
  { timeout: 300_000 },
  async () => {
    const path = await mkdtemp(join(tmpdir(), "doorstream-change-kill-"))
    try {
      const done: string[] = []
      for (let round = 1; round <= rounds; round++)
        done.push(...(await changeAndKill(path, round, 100 + 37 * round)))
      const { nodes, groups, records, events } = await readAll(path)
      const changed = [...nodes, ...groups]
      expect(done.filter((id) => !changed.includes(id))).toEqual([])
      expect(records.map(({ number }) => number)).toEqual(records.map((_, index) => index + 1))
      const told = records.flatMap(({ deeds }) => deeds.map(({ id }) => id))
      expect(told.toSorted()).toEqual(changed.toSorted())
      expect(events.toSorted()).toEqual(nodes.toSorted())
    } finally {
      await rm(path, { recursive: true })
    }
  },
)
