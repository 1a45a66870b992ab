/** Deep JSON is found before it is parsed, and nothing else is taken for it. */
import { assert, constantFrom, integer, jsonValue, property, type JsonValue } from "fast-check"
import { describe, expect, it } from "vitest"
import { isDeeperThan } from "./nesting.js"

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** As anybody would count who has all the time in the world. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

/** Strings and keys full of what could be taken for more. */
const stringUnit = constantFrom("[", "]", "{", "}", '"', "\\")

describe("JSON is nested deeper than so many", () => {
  const agrees = (value: JsonValue, most: number): void => {
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, "\t")])
      expect(isDeeperThan(bytesOf(text), most)).toBe(depthOf(value) > most)
  }

  it("exactly where a count of it says so, whatever stands in strings", () => {
    assert(property(jsonValue({ maxDepth: 8 }), integer({ min: 0, max: 9 }), agrees))
    assert(property(jsonValue({ maxDepth: 8, stringUnit }), integer({ min: 0, max: 9 }), agrees))
  })

  it("never where it is shallow, and always one beyond", () => {
    const nested = (depth: number): Uint8Array => bytesOf("[".repeat(depth) + "]".repeat(depth))
    for (const most of [0, 1, 64]) {
      expect(isDeeperThan(nested(most), most)).toBe(false)
      expect(isDeeperThan(nested(most + 1), most)).toBe(true)
    }
  })

  it("whether it ends or not, and looks no further than that", () => {
    expect(isDeeperThan(bytesOf("[".repeat(65)), 64)).toBe(true)
    expect(isDeeperThan(bytesOf(`["${"[".repeat(65)}`), 64)).toBe(false)
    expect(isDeeperThan(bytesOf('"\\'), 64)).toBe(false)
  })
})
