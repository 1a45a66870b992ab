/** Shows the import law what breaks it, and what does not. */
import { describe, expect, it } from "vitest"
import type { File } from "./files.js"
import { findRoomBreaches, findUndeclared, loadedBy, roomOf, type Package } from "./import-law.js"

const described = (name: string, declared: string[] = []): Package => ({
  folder: `packages/${name}`,
  name: name === "doorstream" ? name : `@doorstream/${name}`,
  declared,
  declaredForTests: [],
})
const packages = ["contract", "client", "simulator", "dashboard", "doorstream", "server"].map((name) =>
  described(name),
)

const breaches = (path: string, text: string): string[] =>
  findRoomBreaches({ path: `packages/${path}`, text }, packages)

describe("A room", () => {
  it("is known by its path", () => {
    expect(roomOf("packages/contract/src/topics/device.ts")).toBe("contract")
    expect(roomOf("packages/server/src/http/holders/routes.ts")).toBe("server/http")
    expect(roomOf("packages/server/src/core/ports.ts")).toBe("server/core")
    expect(roomOf("packages/server/src/main.ts")).toBe("server/main")
    expect(roomOf("test/house.test.ts")).toBeUndefined()
  })

  it.each([
    ["contract/src/a.ts", "@doorstream/simulator"],
    ["contract/src/a.test.ts", "@doorstream/server"],
    ["simulator/src/a.ts", "@doorstream/server"],
    ["client/src/a.ts", "@doorstream/simulator"],
    ["dashboard/src/a.ts", "@doorstream/server"],
    ["server/src/core/session.ts", "../log/embedded/log.js"],
    ["server/src/core/session.ts", "@doorstream/simulator"],
    ["server/src/core/session.ts", "hono"],
    ["server/src/reading/tail.ts", "../http/app.js"],
    ["server/src/reading/tail.ts", "../main.js"],
    ["server/src/reading/tail.ts", "../settings.js"],
    ["server/src/intake/accept.ts", "@doorstream/server"],
    ["server/src/main.ts", "@doorstream/simulator"],
    ["simulator/src/a.ts", "../../contract/src/index.js"],
    ["server/src/a.test.ts", "../../contract/src/index.js"],
  ])("may not import another by the way: %s, %s", (path, specifier) => {
    for (const text of [
      `import { a } from "${specifier}"`,
      `import type { A } from "${specifier}"`,
      `import "${specifier}"`,
      `export * from "${specifier}"`,
      `export { a } from "${specifier}"`,
      `const a = await import("${specifier}")`,
      `const a = await import(\`${specifier}\`)`,
      `type A = import("${specifier}").A`,
      `const a = require("${specifier}")`,
    ])
      expect(breaches(path, `\n${text}`), text).toEqual([expect.stringContaining(`packages/${path}:2: `)])
  })

  it.each([
    ["contract/src/validate/a.ts", "../topics/index.js"],
    ["simulator/src/a.ts", "@doorstream/contract"],
    ["server/src/core/session.ts", "@doorstream/contract/validate"],
    ["server/src/reading/tail.ts", "../core/ports.js"],
    ["server/src/reading/socketio/gateway.ts", "../../core/ports.js"],
    ["server/src/main.ts", "./log/embedded/log.js"],
    ["server/src/reading/tail.test.ts", "../log/embedded/log.js"],
    ["dashboard/src/a.ts", "@doorstream/client"],
    ["doorstream/src/commands/demo.ts", "@doorstream/server"],
    ["contract/src/a.ts", "zod"],
  ])("may import what it is for: %s, %s", (path, specifier) => {
    expect(breaches(path, `import { a } from "${specifier}"`)).toEqual([])
  })

  it("may not hide what it imports by computing it", () => {
    expect(breaches("server/src/core/a.ts", "await import(name)")).toEqual([
      "packages/server/src/core/a.ts:1: imports what it computes",
    ])
  })

  it("is not taken in by imports in comments and texts", () => {
    const text = `// import "@doorstream/server"\nconst text = 'import "@doorstream/server"'\n`
    expect(breaches("contract/src/a.ts", text)).toEqual([])
  })
})

describe("An import", () => {
  const root: Package = { folder: ".", name: "house", declared: [], declaredForTests: ["vitest"] }
  const server = described("server", ["hono", "@hono/node-server"])
  const undeclared = (path: string, specifier: string): string[] =>
    findUndeclared({ path, text: `import "${specifier}"` }, [server], root)

  it.each(["pino", "@hono/zod-openapi", "vitest", "fs"])(
    "must be declared by its package: %s",
    (specifier) => {
      expect(undeclared("packages/server/src/a.ts", specifier)).toHaveLength(1)
    },
  )

  it.each(["hono", "hono/body-limit", "@hono/node-server/x", "node:fs", "./b.js"])(
    "is content with its package's declaration: %s",
    (specifier) => expect(undeclared("packages/server/src/a.ts", specifier)).toEqual([]),
  )

  it("may be declared by the root for tests, and for what stands outside of the packages", () => {
    expect(undeclared("packages/server/src/a.test.ts", "vitest")).toEqual([])
    expect(undeclared("test/wire/a.ts", "vitest")).toEqual([])
    expect(undeclared("test/wire/a.ts", "@doorstream/server")).toEqual([])
    expect(undeclared("test/wire/a.ts", "hono")).toHaveLength(1)
  })
})

describe("What a command loads", () => {
  it("is all that its files import, but for types and what is loaded when it is asked for", () => {
    const files: File[] = [
      {
        path: "a/command.ts",
        text: `import { b } from "./b/b.js"\nimport type { T } from "types"\nawait import("./c.js")`,
      },
      { path: "a/b/b.ts", text: `import "../command.js"\nexport * from "@doorstream/server/deep"` },
      { path: "a/c.ts", text: `import "late"` },
    ]
    expect(loadedBy("a/command.ts", new Map(files.map((file) => [file.path, file])))).toEqual(
      new Set(["@doorstream/server"]),
    )
  })
})
