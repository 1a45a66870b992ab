/** How logs are folded that have much to fold: in turns, and told of. */
import { expect, it } from "vitest"
import type { Position, SystemId } from "../core/ports.js"
import { followState, openTurns } from "./following.js"

const store = { read: () => undefined, forget: () => Promise.resolve() }

/** A log of so many events in pages of 1,000, none of which tells anything of a door. */
const logOf = (last: Position, read: () => void) => ({
  extent: () => Promise.resolve({ epoch: "e", first: 1, last }),
  follow: () => Promise.resolve({ last, stop: () => undefined }),
  read: (_: SystemId, from: Position) => {
    read()
    return Promise.resolve({ rows: [], next: Math.min(from + 1000, last + 1), first: 1 })
  },
})

it("Systems that are folded at once take turns, and everybody else has one between two", async () => {
  let [reads, most, isOver] = [0, 0, false]
  const look = (): void => {
    most = Math.max(most, reads)
    reads = 0
    if (!isOver) setImmediate(look)
  }
  setImmediate(look)
  const log = logOf(3000, () => (reads += 1))
  const parts = { log, store, isOver: () => false, turn: openTurns(), told: () => undefined }
  const all = Array.from({ length: 50 }, (_, n) => followState(`system-${n}`, parts))
  for (const { book } of await Promise.all(all)) expect(book.position).toBe(3000)
  isOver = true
  expect(most).toBe(1)
})

it("Whoever folds many events tells so before and after, and nobody else does", async () => {
  const told: unknown[] = []
  const fold = (last: Position) =>
    followState("s", {
      log: logOf(last, () => undefined),
      store,
      isOver: () => false,
      turn: openTurns(),
      told: (...all) => told.push(all),
    })
  await fold(100_000)
  expect(told).toEqual([])
  await fold(100_001)
  expect(told).toEqual([
    ["s", 100_001],
    ["s", 0],
  ])
})
