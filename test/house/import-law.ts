/**
 * The import law: which room may import which (CONTRIBUTING.md), that every import is declared, and that a command loads
 * only what it needs. npm hoists what is undeclared and the compiler is content with it, so somebody must look.
 */
import { isBuiltin } from "node:module"
import { posix } from "node:path"
import { isTest, type Breach, type File } from "./files.js"
import { importsOf } from "./syntax.js"

/** What a package.json says, as far as it matters here. `folder` is the package's path from the root. */
export interface Package {
  readonly folder: string
  readonly name: string
  readonly declared: readonly string[]
  /** What only its tests may use. */
  readonly declaredForTests: readonly string[]
}

/** What a room may import of ours, beside itself. `server/*` is any room of the server. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  client: ["contract"],
  simulator: ["contract"],
  "server/core": ["contract"],
  "server/*": ["contract", "server/core"],
  "server/main": ["contract", "server/*"],
  dashboard: ["contract", "client"],
  doorstream: ["contract", "client", "simulator", "server/main", "dashboard"],
}

/** The room that a file stands in; undefined outside of the packages. What leads into a package is its main room. */
export function roomOf(path: string): string | undefined {
  const [packages, name, , folder, ...more] = path.split("/")
  if (packages !== "packages" || name === undefined) return undefined
  if (name !== "server") return name
  if (/^packages\/server\/src\/[^/]+\.ts$/.test(path)) return "server/main"
  return `server/${more.length > 0 ? folder : posix.basename(path).replace(/\..*$/, "")}`
}

/** The law for a room of the server that has none of its own is the one for all of them. */
const ruleOf = (room: string): readonly string[] =>
  allowed[room] ?? (room.startsWith("server/") ? (allowed["server/*"] ?? []) : [])

function mayImport(from: string, to: string): boolean {
  if (from === to) return true
  return ruleOf(from).some((rule) => rule === to || (rule === "server/*" && to.startsWith("server/")))
}

/** A test may look into every room of its own package. */
const mayTestImport = (from: string, to: string): boolean =>
  from.split("/")[0] === to.split("/")[0] || mayImport(from.startsWith("server/") ? "server/main" : from, to)

const nameIn = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")

/** The room that an import leads to; undefined when it is none of ours. */
function roomImported(path: string, specifier: string, packages: readonly Package[]): string | undefined {
  if (specifier.startsWith("."))
    return roomOf(posix.join(posix.dirname(path), specifier).replace(/\.js$/, ".ts"))
  const target = packages.find(({ name }) => name === nameIn(specifier))
  return target && roomOf(`${target.folder}/src/index.ts`)
}

/** What is wrong with a file's imports by the law of rooms. */
export function findRoomBreaches(file: File, packages: readonly Package[]): Breach[] {
  const from = roomOf(file.path)
  if (from === undefined) return []
  const may = isTest(file.path) ? mayTestImport : mayImport
  return importsOf(file).flatMap(({ specifier, line }) => {
    const at = `${file.path}:${line}`
    if (specifier === undefined) return file.path.includes("/src/") ? [`${at}: imports what it computes`] : []
    const own = file.path.split("/").slice(0, 2).join("/") + "/"
    if (specifier.startsWith(".") && !posix.join(posix.dirname(file.path), specifier).startsWith(own))
      return [`${at}: reaches out of its package with ${specifier}`]
    const to = roomImported(file.path, specifier, packages)
    if (to === undefined && from === "server/core" && !isTest(file.path))
      return [`${at}: ${from} may not import ${specifier}`]
    return to === undefined || may(from, to) ? [] : [`${at}: ${from} may not import ${to} (${specifier})`]
  })
}

const allDeclaredBy = (described: Package | undefined): readonly string[] =>
  described === undefined ? [] : [...described.declared, ...described.declaredForTests]

/** Imports of packages that the nearest package.json does not declare; tests may use what the root declares too. */
export function findUndeclared(file: File, packages: readonly Package[], root: Package): Breach[] {
  const home = packages.find(({ folder }) => file.path.startsWith(`${folder}/`))
  const ours = home === undefined ? packages.map(({ name }) => name) : []
  const forTests = home !== undefined && !isTest(file.path) ? [] : [home, root].flatMap(allDeclaredBy)
  const declared = new Set([...(home?.declared ?? []), ...forTests, ...ours])
  return importsOf(file).flatMap(({ specifier, line }) => {
    if (specifier === undefined || specifier.startsWith(".") || specifier.startsWith("node:")) return []
    const at = `${file.path}:${line}`
    if (isBuiltin(specifier) && !declared.has(specifier)) return [`${at}: write node:${specifier}`]
    return declared.has(nameIn(specifier)) ? [] : [`${at}: ${nameIn(specifier)} is not declared`]
  })
}

/** What a file loads of packages by static imports, its own and those of the files that it loads. */
export function loadedBy(path: string, files: ReadonlyMap<string, File>): Set<string> {
  const seen = new Set<string>()
  const loaded = new Set<string>()
  const follow = (at: string): void => {
    const file = files.get(at)
    if (file === undefined || seen.has(at)) return
    seen.add(at)
    for (const { specifier, loads } of importsOf(file))
      if (loads && specifier?.startsWith("."))
        follow(posix.join(posix.dirname(at), specifier).replace(/\.js$/, ".ts"))
      else if (loads && specifier !== undefined) loaded.add(nameIn(specifier))
  }
  follow(path)
  return loaded
}
