/** Shows the law of purity what breaks it, and what does not. */
import { describe, expect, it } from "vitest"
import { findImpurities, isPure } from "./purity-law.js"

const found = (text: string): string[] => findImpurities({ path: "core/a.ts", text })

describe("A room that only decides", () => {
  it.each([
    "const now = Date.now()",
    'const now = Date["now"]()',
    "const { now } = globalThis.Date",
    "const now = new Date()",
    "const now = new Date",
    "const now = Date()",
    "const later = (now = Date.now) => now()",
    "const dice = Math.random()",
    "const id = crypto.randomUUID()",
    "const at = performance.now()",
    "setTimeout(() => {}, 1)",
    "setInterval(() => {}, 1)",
    "const { env } = process",
    "await fetch('http://localhost')",
    "const wait = { setTimeout }",
    "const bytes: Buffer = given",
    "console.log('here')",
    'import { readFileSync } from "node:fs"',
    'import type { Stats } from "fs"',
    'const fs = await import("node:fs/promises")',
  ])("may not say: %s", (text) => {
    expect(found(`\n${text}`)).toContainEqual(expect.stringMatching(/^core\/a\.ts:2: /))
  })

  it.each([
    "const noon = new Date(given)",
    "const noon = Date.UTC(2026, 1, 1)",
    "const most = Math.max(1, 2)",
    "given.fetch()",
    "interface Clock { setTimeout(after: number): void; process: string }",
    "const names = { process: 1 }",
    'const text = "Date.now() and new Date()" // Math.random()',
  ])("may say: %s", (text) => {
    expect(found(text)).toEqual([])
  })

  it("is one of three, and its tests are not held to it", () => {
    expect(isPure({ path: "packages/server/src/core/session.ts", text: "" })).toBe(true)
    expect(isPure({ path: "packages/server/src/core/session.test.ts", text: "" })).toBe(false)
    expect(isPure({ path: "packages/server/src/http/app.ts", text: "" })).toBe(false)
  })
})
