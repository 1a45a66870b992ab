/**
 * The laws of the house (CONTRIBUTING.md), held against every file of it. The laws themselves stand in test/house/,
 * each beside a test that shows it small samples that break it.
 */
import { describe, expect, it } from "vitest"
import { isCode, isTest, readHouse, readHouseFile } from "./house/files.js"
import { findRoomBreaches, findUndeclared, loadedBy, type Package } from "./house/import-law.js"
import { findUnlicensed, type Locked } from "./house/licence-law.js"
import { findImpurities, isPure } from "./house/purity-law.js"
import { findEmptyNames, findPlaces, findSkipped, findTooLong, findUnintroduced } from "./house/shape-law.js"

const files = readHouse()
const code = files.filter(isCode)
const byPath = new Map(files.map((file) => [file.path, file]))

interface Description {
  name: string
  dependencies?: object
  peerDependencies?: object
  optionalDependencies?: object
  devDependencies?: object
}

function packageIn(folder: string): Package {
  const described = JSON.parse(readHouseFile(`${folder}/package.json`)) as Description
  return {
    folder,
    name: described.name,
    declared: Object.keys({
      ...described.dependencies,
      ...described.peerDependencies,
      ...described.optionalDependencies,
    }),
    declaredForTests: Object.keys(described.devDependencies ?? {}),
  }
}

const root = packageIn(".")
const packages = files.flatMap(({ path }) => {
  const [folder] = /^packages\/[^/]+(?=\/package\.json$)/.exec(path) ?? []
  return folder === undefined ? [] : [packageIn(folder)]
})

/** Older packages list their licences. */
interface Licensed {
  license?: string
  licenses?: { type: string }[]
}

const licenceOf = (folder: string): string | undefined => {
  try {
    const described = JSON.parse(readHouseFile(`${folder}/package.json`)) as Licensed
    return described.license ?? described.licenses?.map(({ type }) => type).join(" OR ")
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined
    throw error
  }
}

describe("Every room of the house", () => {
  it("is there to be looked at", () => {
    expect(packages.map(({ name }) => name)).toContain("@doorstream/contract")
    expect(code.filter(isPure).map(({ path }) => path)).toContain("packages/contract/src/index.ts")
  })

  it("imports only the rooms that it may", () => {
    expect(code.flatMap((file) => findRoomBreaches(file, packages))).toEqual([])
  })

  it("declares every package that it imports", () => {
    expect(code.flatMap((file) => findUndeclared(file, packages, root))).toEqual([])
  })

  it("that only decides is given time and chance, and knows nothing of the world", () => {
    expect(code.filter(isPure).flatMap(findImpurities)).toEqual([])
  })
})

describe("The command", () => {
  it.each(["command.ts", "commands/listen.ts", "commands/token.ts"])("loads no server for %s", (name) => {
    const path = `packages/doorstream/src/${name}`
    expect([...byPath.keys()]).toContain(path)
    const loaded = loadedBy(path, byPath)
    expect(loaded.size).toBeGreaterThan(0)
    expect([...loaded]).not.toContain("@doorstream/server")
    expect([...loaded]).not.toContain("@doorstream/simulator")
  })

  it.each(["commands/simulate.ts", "commands/trigger.ts"])(
    "loads a building, and no server, for %s",
    (name) => {
      const loaded = loadedBy(`packages/doorstream/src/${name}`, byPath)
      expect([...loaded]).toContain("@doorstream/simulator")
      expect([...loaded]).not.toContain("@doorstream/server")
    },
  )
})

describe("The contract", () => {
  it("loads no schemas for those who only listen", () => {
    const loaded = (name: string) => [...loadedBy(`packages/contract/src/${name}`, byPath)]
    expect(loaded("index.ts")).toEqual([])
    expect(loaded("validate/index.ts")).toEqual(["zod"])
  })
})

describe("Every file of the house", () => {
  it("is short, and so are its functions", () => {
    expect(code.flatMap(findTooLong)).toEqual([])
  })

  it("has a name that says what it knows, and so has what it exports", () => {
    expect(code.flatMap(findEmptyNames)).toEqual([])
  })

  it("opens with a comment that says what it is for", () => {
    // A test beside a file is about that file, and its titles say the rest.
    expect(code.filter(({ path }) => !isTest(path)).flatMap(findUnintroduced)).toEqual([])
  })

  it("names no place on anybody's machine and no registry", () => {
    expect(files.flatMap(findPlaces)).toEqual([])
  })
})

describe("Every test", () => {
  it("runs, or says why it does not", () => {
    expect(code.filter(({ path }) => isTest(path)).flatMap(findSkipped)).toEqual([])
  })
})

describe("What is installed to run Doorstream", () => {
  it("has a licence under which it may be passed on", () => {
    const { packages: locked } = JSON.parse(readHouseFile("package-lock.json")) as {
      packages: Record<string, Locked>
    }
    expect(Object.keys(locked)).toContain("node_modules/socket.io")
    expect(findUnlicensed(locked, licenceOf)).toEqual([])
  })
})
