/** The laws of shape: sizes, names, opening comments, what no file may carry, and tests that do not run. */
import { parseSync } from "oxc-parser"
import { lineAt, type Breach, type File } from "./files.js"
import { exportedNamesOf, functionsOf, nameOf, nodesOf, type Node } from "./syntax.js"

/** The most lines of a file, by its path. */
const mostLines = (path: string): number => (path === "packages/server/src/main.ts" ? 150 : 300)

const mostLinesOfFunction = 40

/** Lines as `wc -l` counts them. */
export function findTooLong(file: File): Breach[] {
  const lines = file.text.split("\n").length - 1
  const most = mostLines(file.path)
  const long = functionsOf(file)
    .filter((measured) => measured.lines > mostLinesOfFunction)
    .map((measured) => `${file.path}:${measured.line}: ${measured.name} has ${measured.lines} lines`)
  return lines > most ? [`${file.path} has ${lines} lines, more than ${most}`, ...long] : long
}

const emptyWord = /^(manager|handler|helper|util|service|base|impl|common)s?$/i

/** Words that say nothing about what a thing knows, in the names of files, folders and exports. */
export function findEmptyNames(file: File): Breach[] {
  const names = [...file.path.split("/"), ...exportedNamesOf(file)]
  const wordsOf = (name: string) => name.split(/[^a-zA-Z0-9]+|(?=[A-Z])/)
  return names
    .filter((name) => wordsOf(name).some((word) => emptyWord.test(word)))
    .map((name) => `${file.path}: ${name} says nothing`)
}

export const findUnintroduced = ({ path, text }: File): Breach[] =>
  /^(#!.*\n)?\s*\/[/*]/.test(text) ? [] : [`${path} does not open with a comment`]

/** Places on somebody's machine, and hosts of registries, which are everybody's own affair. */
const places = [
  /(?<![\w.])\/(home|Users)\/\w+/,
  /\b[A-Z]:\\+Users\b/,
  /(?<![\w.])\/(root|work)\/\w+/,
  /https?:\/\/(registry|npm)\.[\w.]+/,
  /https?:\/\/[\w.]*(artifactory|nexus|verdaccio)/,
]

export const findPlaces = ({ path, text }: File): Breach[] =>
  text
    .split("\n")
    .flatMap((line, at) =>
      places.flatMap((place) => (place.test(line) ? [`${path}:${at + 1}: ${place.exec(line)?.[0]}`] : [])),
    )

/** A reason is a comment in the same line or the one before, or the one text that a running test skips itself with. */
function hasReason(file: File, line: number, property: string, call: Node | undefined): boolean {
  const { comments } = parseSync(file.path, file.text)
  if (comments.some(({ end }) => [line, line - 1].includes(lineAt(file.text, end)))) return true
  if (property !== "skip") return false
  const [note, ...more] = (call?.type === "CallExpression" ? call.arguments : []) as { value?: unknown }[]
  return more.length === 0 && typeof note?.value === "string"
}

/** Tests that are singled out, and tests that are left out without a reason. For files of tests. */
export const findSkipped = (file: File): Breach[] =>
  nodesOf(file).flatMap(({ node, within: [parent] }) => {
    if (node.type !== "MemberExpression") return []
    const property = nameOf(node.property) ?? ""
    const line = lineAt(file.text, node.end)
    if (property === "only") return [`${file.path}:${line}: .only`]
    if (!/^(skip|skipIf|runIf|todo|fails)$/.test(property) || hasReason(file, line, property, parent))
      return []
    return [`${file.path}:${line}: .${property} without a reason`]
  })
