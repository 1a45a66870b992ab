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

const rounds = process.env["DOORSTREAM_SOAK"] === "1" ? 300 : 15
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

/** Runs the process until it has said so many lines, kills it, and answers all that it said was acknowledged. */
async function appendAndKill(path: string, round: number, kept: number, lines: number): Promise<Map<string, Position>> {
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
    const [said, id, position] = line.split(" ")
    // A line that was cut off by the kill has no end, but counts as one here.
    if (said === "appended" && id !== undefined && position !== undefined) acknowledged.set(id, Number(position))
    if (++heard === lines) child.kill("SIGKILL")
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
  expect(rows.map(({ position }) => position)).toEqual(Array.from({ length: last - first + 1 }, (_, n) => first + n))
  return rows
}
