/** The memory of good signatures keeps its bound. */
import { expect, it } from "vitest"
import { openMemory } from "./memory.js"

it("A memory forgets what was not used for longest, and never holds more than it may", () => {
  const memory = openMemory<number>(2)
  memory.remember("one", 1)
  memory.remember("two", 2)
  memory.recall("one")
  memory.remember("three", 3)
  expect(["one", "two", "three"].map((key) => memory.recall(key))).toEqual([1, undefined, 3])
})
