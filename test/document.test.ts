/** The documents are true: what they say of codes, topics, settings, tests and files is held to the code. */
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { describe, expect, it } from "vitest"
import { clientTypes } from "./house/client-types.js"
import { generatedTables, placeTable } from "./house/tables.js"

const house = fileURLToPath(new URL("..", import.meta.url))
const read = (name: string): string => readFileSync(join(house, name), "utf8")

const documents = [
  "README.md",
  "PROTOCOL.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "docs/settings.md",
  "docs/backups.md",
  "docs/benchmarks.md",
  "docs/causes.md",
  "docs/deploy.md",
  "docs/observability.md",
  "docs/guides/browser-tokens.md",
  "docs/guides/scenarios.md",
  "docs/guides/testing-against-yesterday.md",
  "docs/guides/virtual-building.md",
  "docs/clients.md",
  "examples/README.md",
  "packages/client/README.md",
]

const linksIn = (text: string): string[] =>
  [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)(#[^)]*)?\)/g)].map(([, path]) => path!)

describe("The documents", () => {
  for (const name of documents)
    it(`link only to what is there: ${name}`, () => {
      const missing = linksIn(read(name)).filter((path) => !existsSync(join(house, dirname(name), path)))
      expect(missing).toEqual([])
    })
})

describe("PROTOCOL.md", () => {
  const protocol = read("PROTOCOL.md")

  it("names tests that are there, by their titles", () => {
    const kept = [...protocol.matchAll(/Kept by (.*)$/gm)].map(([, names]) => names!)
    expect(kept.length).toBeGreaterThan(20)
    for (const names of kept) {
      const files = linksIn(names)
      expect(files.length, names).toBeGreaterThan(0)
      const tests = files.map(read).join("\n")
      for (const [, title] of names.matchAll(/"([^"]+)"/g))
        expect(tests, `${files.join()} has "${title}"`).toContain(title)
    }
  })
})

describe("A table made from the code", () => {
  for (const table of generatedTables)
    it(`of ${table.name} stands in ${table.file} as \`npm run document\` writes it`, () => {
      const document = read(table.file)
      expect(document).toContain(`<!-- ${table.name} -->`)
      expect(placeTable(document, table)).toBe(document)
    })
})

describe("A type of the client's that is made from the table of topics", () => {
  for (const [file, text] of Object.entries(clientTypes))
    it(`stands in ${file} as \`npm run document\` writes it`, () => {
      expect(read(file)).toBe(text)
    })
})
