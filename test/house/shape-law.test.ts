/** Shows the laws of shape what breaks them, and what does not. */
import { describe, expect, it } from "vitest"
import { findEmptyNames, findPlaces, findSkipped, findTooLong, findUnintroduced } from "./shape-law.js"

const lines = (count: number, line = "1\n"): string => line.repeat(count)

describe("A file", () => {
  it("has 300 lines at most, and main.ts half of that", () => {
    expect(findTooLong({ path: "a.ts", text: lines(300) })).toEqual([])
    expect(findTooLong({ path: "a.ts", text: lines(301) })).toHaveLength(1)
    expect(findTooLong({ path: "packages/server/src/main.ts", text: lines(151) })).toHaveLength(1)
  })

  it.each([
    ["function f() {\n", "}"],
    ["const f = () => {\n", "}"],
    ["class A {\n  f() {\n", "} }"],
    ["describe('x', () => {\nfunction f() {\n", "} })"],
    ["beforeEach(() => {\n", "})"],
  ])("has functions of 40 lines at most: %j", (begins, ends) => {
    expect(findTooLong({ path: "a.test.ts", text: begins + lines(38) + ends })).toEqual([])
    expect(findTooLong({ path: "a.test.ts", text: begins + lines(39) + ends })).toHaveLength(1)
  })

  it.each(["describe('x', ", "it.each([1])('x', ", "it.skipIf(true)('x', ", "test.each`a`('x', "])(
    "may have longer bodies of tests: %s",
    (begins) => {
      expect(findTooLong({ path: "a.test.ts", text: `${begins}() => {\n${lines(60)}})` })).toEqual([])
    },
  )

  it("may group tests for others in a longer function, but do nothing else at such length", () => {
    const long = (inner: string) => `export function suite() {\n${lines(60)}${inner}\n}`
    expect(findTooLong({ path: "a.suite.ts", text: long("describe('x', () => {})") })).toEqual([])
    expect(findTooLong({ path: "a.suite.ts", text: long("open('x', () => {})") })).toHaveLength(1)
  })

  it.each([
    "src/session-manager.ts",
    "src/utils/read.ts",
    "src/helpers.ts",
    "src/base.ts",
    "src/common/a.mjs",
  ])("is not called %s", (path) => expect(findEmptyNames({ path, text: "" })).toHaveLength(1))

  it.each(["export class TokenService {}", "export const readHandler = 1", "export interface BaseEvent {}"])(
    "does not export an empty name: %s",
    (text) => expect(findEmptyNames({ path: "a.ts", text })).toHaveLength(1),
  )

  it("may be called by a word that only sounds empty", () => {
    expect(findEmptyNames({ path: "src/database.ts", text: "export const toBase64 = 1" })).toEqual([])
  })

  it("opens with a comment, below the line that names its interpreter if it has one", () => {
    for (const text of ["/** A. */\n", "// A.\n", "#!/usr/bin/env node\n// A.\n", "\n/** A. */"])
      expect(findUnintroduced({ path: "a.ts", text })).toEqual([])
    for (const text of ["", "import a from 'a'\n/** A. */", "#!/usr/bin/env node\n1"])
      expect(findUnintroduced({ path: "a.ts", text })).toHaveLength(1)
  })

  it.each([
    ["", "home", "ada", "doorstream"].join("/"),
    ["", "Users", "ada"].join("/"),
    ["C:", "Users", "ada"].join("\\"),
    ["see ", "work", "main"].join("/"),
    ["https:/", "registry.npmjs.org", "zod"].join("/"),
    ["http:/", "artifactory.example.com", "npm"].join("/"),
  ])("does not name %s", (place) => {
    expect(findPlaces({ path: "a.md", text: `\nsee ${place}\n` })).toEqual([
      expect.stringMatching(/^a\.md:2: /),
    ])
  })

  it("may name places that are the same everywhere", () => {
    const text = "https://example.com/home/page /tmp/x packages/work/main https://docs.npmjs.com /data/root"
    expect(findPlaces({ path: "a.md", text })).toEqual([])
  })
})

describe("A test", () => {
  const found = (text: string): string[] => findSkipped({ path: "a.test.ts", text })

  it.each(["it.only('x', f)", "describe.only('x', f)", "it.only.each([1])('x', f) // the reason"])(
    "is not singled out: %s",
    (text) => expect(found(text)).toEqual(["a.test.ts:1: .only"]),
  )

  it.each([
    "it.skip('x', f)",
    "describe.skip('x', f)",
    "it.skipIf(slow)('x', f)",
    "it.runIf(fast)('x', f)",
    "it.todo('x')",
    "it('x', (context) => context.skip())",
    "it('x', (context) => context.skip(slow, why, more))",
    "// far away\n\nit.skip('x', f)",
  ])("is not left out in silence: %s", (text) => {
    expect(found(text)).toHaveLength(1)
  })

  it.each([
    "it.skip('x', f) // there is no IPv6 here",
    "// There is no IPv6 here.\nit.skipIf(slow)('x', f)",
    "it('x', (context) => context.skip('There is no IPv6 here.'))",
    "const text = 'it.only'",
    "it('x', () => expect(list.filter(Boolean)).toEqual([]))",
  ])("may be left out with a reason: %s", (text) => {
    expect(found(text)).toEqual([])
  })
})
