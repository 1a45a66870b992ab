/** The law of purity: no time, no chance and no world in the rooms that decide. They come in as arguments. */
import { isBuiltin } from "node:module"
import { isTest, lineAt, type Breach, type File } from "./files.js"
import { importsOf, isReference, nameOf, nodesOf, type Node } from "./syntax.js"

const pure = ["packages/contract/src/", "packages/server/src/core/", "packages/simulator/src/building/"]

export const isPure = ({ path }: File): boolean => pure.some((room) => path.startsWith(room)) && !isTest(path)

/** Names of what is there without being given. */
const world = new Set(
  "process fetch Buffer globalThis performance crypto console setTimeout setInterval setImmediate queueMicrotask require".split(
    " ",
  ),
)

/** What is impure about a node, in the words of the source; undefined when nothing is. */
function impurityOf(node: Node, parent: Node | undefined): string | undefined {
  const name = nameOf(node)
  if (name !== undefined) return world.has(name) && isReference(node, parent) ? name : undefined
  const of = nameOf(node.object)
  const property = nameOf(node.property) ?? (node.property as { value?: unknown } | undefined)?.value
  if (of === "Date" && property === "now") return "Date.now"
  if (of === "Math" && property === "random") return "Math.random"
  const isDate = nameOf(node.callee) === "Date"
  if (isDate && node.type === "CallExpression") return "Date()"
  return isDate && (node.arguments as unknown[]).length === 0 ? "new Date()" : undefined
}

export function findImpurities(file: File): Breach[] {
  const used = nodesOf(file).flatMap(({ node, within: [parent] }) => {
    const impurity = impurityOf(node, parent)
    return impurity === undefined ? [] : [`${file.path}:${lineAt(file.text, node.start)}: ${impurity}`]
  })
  const imported = importsOf(file).flatMap(({ specifier, line }) =>
    specifier !== undefined && isBuiltin(specifier) ? [`${file.path}:${line}: ${specifier}`] : [],
  )
  return [...used, ...imported]
}
