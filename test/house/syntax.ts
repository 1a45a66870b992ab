/** What stands in a source file, by its syntax rather than by its letters. It knows none of the house's laws. */
import { parseSync } from "oxc-parser"
import { lineAt, type File } from "./files.js"

export interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface Import {
  /** Undefined where a dynamic import computes it. */
  readonly specifier: string | undefined
  readonly line: number
  /** Whether it is loaded together with the file: neither for its types only, nor dynamically. */
  readonly loads: boolean
}

export interface Measured {
  readonly name: string
  readonly line: number
  readonly lines: number
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value

const childrenOf = (node: Node): Node[] => Object.values(node).flat().filter(isNode)

/** A node with what it stands in, outermost last. */
interface Placed {
  readonly node: Node
  readonly within: readonly Node[]
}

const read = new WeakMap<File, Placed[]>()

/** Every node of a file. */
export function nodesOf(file: File): Placed[] {
  const known = read.get(file)
  if (known !== undefined) return known
  const { program, errors } = parseSync(file.path, file.text)
  if (errors.length > 0) throw new Error(`${file.path} cannot be read: ${errors[0]?.message}`)
  const nodes: Placed[] = []
  const visit = (node: Node, within: readonly Node[]): void => {
    nodes.push({ node, within })
    for (const child of childrenOf(node)) visit(child, [node, ...within])
  }
  visit(program as unknown as Node, [])
  read.set(file, nodes)
  return nodes
}

export const nameOf = (node: unknown): string | undefined =>
  isNode(node) && node.type === "Identifier" ? (node.name as string) : undefined

const textOf = (node: unknown): string | undefined => {
  if (!isNode(node)) return undefined
  if (node.type === "TemplateLiteral" && (node.expressions as Node[]).length === 0)
    return (node.quasis as { value: { cooked: string } }[])[0]?.value.cooked
  return typeof node.value === "string" ? node.value : undefined
}

/** Where a node says what it imports; undefined when it imports nothing. */
function sourceOf(node: Node): { source: unknown; loads: boolean } | undefined {
  const loads = node.importKind !== "type" && node.exportKind !== "type"
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
      return isNode(node.source) ? { source: node.source, loads } : undefined
    case "ImportExpression":
    case "TSImportType":
      return { source: node.source, loads: false }
    case "TSExternalModuleReference":
      return { source: node.expression, loads: true }
    case "CallExpression":
      return nameOf(node.callee) === "require"
        ? { source: (node.arguments as unknown[])[0], loads: true }
        : undefined
    default:
      return undefined
  }
}

export const importsOf = (file: File): Import[] =>
  nodesOf(file).flatMap(({ node }) => {
    const found = sourceOf(node)
    return found === undefined
      ? []
      : [{ specifier: textOf(found.source), line: lineAt(file.text, node.start), loads: found.loads }]
  })

export const exportedNamesOf = ({ path, text }: File): string[] =>
  parseSync(path, text).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName }) => exportName.name ?? "").filter(Boolean),
  )

const isFunction = ({ type }: Node): boolean =>
  /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(type)

/** `it`, `describe`, and what hangs on them: `it.each(…)`, `describe.skipIf(…)`. */
function isCaseOrGroup(callee: unknown): boolean {
  if (!isNode(callee)) return false
  const name = nameOf(callee)
  if (name !== undefined) return /^(describe|it|test|suite|bench)$/.test(name)
  return isCaseOrGroup(callee.object ?? callee.callee ?? callee.tag)
}

const isGroupCall = (node: unknown): boolean =>
  isNode(node) && node.type === "CallExpression" && isCaseOrGroup(node.callee)

/** Whether a function is the body of a test or a group of tests, or groups tests for others to run. */
const isBodyOfTests = (node: Node, parent: Node | undefined): boolean =>
  (isGroupCall(parent) && parent?.callee !== node) ||
  (isNode(node.body) && childrenOf(node.body).some(({ expression }) => isGroupCall(expression)))

/** The functions of a file with their lengths in lines, but for the bodies of tests and of groups of tests. */
export const functionsOf = (file: File): Measured[] =>
  nodesOf(file).flatMap(({ node, within: [parent] }) => {
    if (!isFunction(node) || isBodyOfTests(node, parent)) return []
    const [line, last] = [lineAt(file.text, node.start), lineAt(file.text, node.end)]
    const name = nameOf(node.id) ?? nameOf(parent?.id) ?? nameOf(parent?.key) ?? "a function"
    return [{ name, line, lines: last - line + 1 }]
  })

/** Whether an identifier stands for something, rather than naming a key. */
export const isReference = (node: Node, parent: Node | undefined): boolean =>
  parent === undefined || parent.computed === true || (parent.key !== node && parent.property !== node)
