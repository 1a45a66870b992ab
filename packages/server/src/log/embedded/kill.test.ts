/** What is left of a log when its process is killed at any moment (issue 9, point 9). DOORSTREAM_SOAK=1 kills twenty times as often. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { expect, it } from "vitest"
import type { Log, Position, Row } from "../../core/ports.js"
import { openFolder } from "./folder.js"
import { embeddedLog } from "./log.js"

const folders = process.env["DOORSTREAM_SOAK"] === "1" ? 20 : 1
const rounds = 15
const system = "0738b8df-329a-4d50-88e7-7a48928c4d6f"

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

interface Moment {
  /** How many lines the process has said by then. */
  readonly lines: number
  /** How many milliseconds ago it said the last of them: without any, the kill would always come after a commit. */
  readonly later: number
}

/** Runs the process until a moment, kills it, and answers all that it said was acknowledged. */
async function appendAndKill(path: string, round: number, kept: number, moment: Moment) {
  const script = join(import.meta.dirname, "append-until-killed.child.ts")
  const child = spawn(
    process.execPath,
    ["--import", "tsx", "--conditions=source", script, path, String(round), system, String(kept)],
    { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "inherit"] },
  )
  const exited = once(child, "exit")
  const acknowledged = new Map<string, Position>()
  let heard = 0
  for await (const line of createInterface(child.stdout)) {
    const [said, id = "", position, end] = line.split(" ")
    if (said === "appended" && end === ".") acknowledged.set(id, Number(position))
    if (++heard === moment.lines) setTimeout(() => child.kill("SIGKILL"), moment.later)
  }
  expect(await exited).toEqual([null, "SIGKILL"])
  return acknowledged
}

async function readAll(log: Log): Promise<Row[]> {
  const { first, last } = await log.extent(system)
  const rows: Row[] = []
  for (let at = first; at <= last; at = rows.length + first) {
    rows.push(...(await log.read(system, at, { rows: 10_000, milliseconds: 10_000 })).rows)
  }
  expect(rows.map(({ position }) => position)).toEqual(
    Array.from({ length: last - first + 1 }, (_, n) => first + n),
  )
  return rows
}

/** What each row says of itself; an entry of two events must stand there whole, unless the log begins between them. */
function checkEntries(rows: readonly Row[], first: Position): void {
  const events = rows.map(({ text }): { id: string; part: string } => JSON.parse(text))
  for (const [index, { id, part }] of events.entries()) {
    if (part === "1 of 2") expect(events[index + 1]).toMatchObject({ id, part: "2 of 2" })
    if (part === "2 of 2" && (index > 0 || first === 1))
      expect(events[index - 1]).toMatchObject({ id, part: "1 of 2" })
    expect(rows[index]?.reportId).toBe(part === "2 of 2" ? "" : id)
  }
  const ids = rows.map(({ reportId }) => reportId).filter((id) => id !== "")
  expect(new Set(ids).size).toBe(ids.length)
}

/** Every acknowledged id that is still kept is where it was said to be, and would not be appended again. */
async function checkAcknowledged(
  log: Log,
  rows: readonly Row[],
  acknowledged: ReadonlyMap<string, Position>,
) {
  const { first } = await log.extent(system)
  const kept = [...acknowledged].filter(([, position]) => position >= first)
  expect(kept.map(([id, position]) => [id, rows[position - first]?.reportId])).toEqual(
    kept.map(([id]) => [id, id]),
  )
  const again = kept.map(([reportId]) => ({ reportId, received: 0, events: rows.slice(0, 1) }))
  const answers = await log.append(system, again)
  expect(answers).toEqual(kept.map(([, position]) => ({ position, repeated: true })))
}

async function checkFolder(
  path: string,
  acknowledged: ReadonlyMap<string, Position>,
): Promise<{ epoch: string; first: Position }> {
  const folder = await openFolder(path)
  const log = embeddedLog(folder, { retention: { age: Infinity, bytes: Infinity }, now: () => 0 })
  const { first, epoch } = await log.extent(system)
  const rows = await readAll(log)
  checkEntries(rows, first)
  await checkAcknowledged(log, rows, acknowledged)
  await log.close()
  await folder.close()
  return { epoch, first }
}

async function checkManyKills(seed: number, kept: number): Promise<void> {
  const path = await mkdtemp(join(tmpdir(), "doorstream-kill-"))
  const next = chance(seed)
  const acknowledged = new Map<string, Position>()
  const epochs = new Set<string>()
  try {
    for (let round = 1; round <= rounds; round++) {
      const moment = { lines: 1 + Math.floor(next() * 1500), later: next() * 10 }
      const newly = await appendAndKill(path, round, kept, moment)
      for (const [id, position] of newly) acknowledged.set(id, position)
      const { epoch, first } = await checkFolder(path, acknowledged)
      epochs.add(epoch)
      if (round === rounds) expect(first > 1).toBe(kept < Infinity)
    }
    expect(acknowledged.size).toBeGreaterThan(rounds * 100)
    expect(epochs.size).toBe(1)
  } finally {
    await rm(path, { recursive: true })
  }
}

const seeds = Array.from({ length: folders }, (_, index) => index + 1)
const limit = 120_000

it.each(seeds)(
  "A log whose process is killed again and again keeps all that it acknowledged (%i)",
  { timeout: limit },
  (seed) => checkManyKills(seed, Infinity),
)

it.each(seeds)(
  "A log whose process is killed while it forgets stays whole (%i)",
  { timeout: limit },
  (seed) => checkManyKills(1000 + seed, 100),
)
