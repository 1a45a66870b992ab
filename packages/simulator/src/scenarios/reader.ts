/** Reads values out of a YAML document, and collects what is wrong with them, by lines. It must not know scenarios. */
import { isMap, isScalar, isSeq, type LineCounter, type Node } from "yaml"
import { readDuration } from "./duration.js"

/** What is wrong with a scenario, and in which line. */
export interface ScenarioFault {
  readonly line: number
  readonly reason: string
}

/** A field of the file: where it stands, and what it is; maps and lists are read further. */
export interface Field {
  readonly line: number
  readonly node: Node | null
}

export type Fields = ReadonlyMap<string, Field>

/** Reads values out of a document, and collects what is wrong with them. */
export class Reader {
  readonly faults: ScenarioFault[] = []
  readonly #lines: LineCounter

  constructor(lines: LineCounter) {
    this.#lines = lines
  }

  fault(line: number, reason: string): undefined {
    this.faults.push({ line, reason })
    return undefined
  }

  lineOf(node: Node | null | undefined, otherwise = 1): number {
    const offset = node?.range?.[0]
    return offset === undefined ? otherwise : this.#lines.linePos(offset).line
  }

  /** The fields of a map, without those that are not known. */
  fields(field: Field, known: readonly string[], what: string): Fields | undefined {
    const { node, line } = field
    if (!isMap(node)) return this.fault(line, `${what} is a list of fields like "name: value"`)
    const fields = new Map<string, Field>()
    for (const { key, value } of node.items as { key: Node; value: Node | null }[]) {
      const name = isScalar(key) ? String(key.value) : ""
      const at = this.lineOf(key, line)
      if (known.includes(name)) fields.set(name, { line: at, node: value })
      else this.fault(at, `there is no field "${name}" in ${what}; there are ${known.join(", ")}`)
    }
    return fields
  }

  text(field: Field | undefined, name: string): string | undefined {
    if (field === undefined) return undefined
    const { node, line } = field
    if (isScalar(node) && ["string", "number"].includes(typeof node.value) && node.value !== "")
      return isScalar(node) ? String(node.source ?? node.value) : undefined
    return this.fault(line, `${name} is a text`)
  }

  /** A text, or a list of texts. */
  texts(field: Field | undefined, name: string): readonly string[] | undefined {
    if (field === undefined || !isSeq(field.node)) {
      const one = this.text(field, name)
      return one === undefined ? undefined : [one]
    }
    const items = field.node.items as Node[]
    if (items.length === 0) return this.fault(field.line, `${name} names nothing`)
    return items.flatMap((node) => this.text({ node, line: this.lineOf(node, field.line) }, name) ?? [])
  }

  duration(field: Field | undefined, name: string, least = 0): number | undefined {
    const text = this.text(field, name)
    if (field === undefined || text === undefined) return undefined
    const duration = readDuration(text)
    if (duration === undefined)
      return this.fault(field.line, `"${text}" is no duration for ${name}; write 90s, 5m or 1h30m`)
    return duration >= least ? duration : this.fault(field.line, `${name} is at least ${least} ms`)
  }
}
