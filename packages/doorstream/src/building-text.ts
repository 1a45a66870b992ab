/** The text of a building's file: YAML, or JSON, which is YAML as well. It knows on which line what stands. */
import { LineCounter, parseDocument, stringify, type Document } from "yaml"
import type { BuildingFile, Fault } from "@doorstream/contract"

export interface BuildingText {
  readonly value: unknown
  /** Faults with their lines, in the order of the text, such as `12: rules.0.devices.1 names front.` */
  tell(faults: readonly Fault[]): readonly string[]
}

/** A file that cannot be taken apart; each line says where and why. */
export class TextFault extends Error {
  constructor(readonly lines: readonly string[]) {
    super(lines.join("\n"))
  }
}

/** The line of the value that a path leads to, or of the last on the way that is there. */
function lineOf(document: Document, path: string, counter: LineCounter): number {
  const keys = path === "" ? [] : path.split(".").map((key) => (/^\d+$/.test(key) ? Number(key) : key))
  for (let length = keys.length; length >= 0; length -= 1) {
    const node = document.getIn(keys.slice(0, length), true)
    const at =
      typeof node === "object" && node !== null && "range" in node ? (node.range as [number]) : undefined
    if (at !== undefined) return counter.linePos(at[0]).line
  }
  return 1
}

/** @throws TextFault where the text is not YAML */
export function readText(text: string): BuildingText {
  const counter = new LineCounter()
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false })
  if (document.errors.length > 0)
    throw new TextFault(
      document.errors.map(({ pos, message }) => `${counter.linePos(pos[0]).line}: ${message}`),
    )
  return {
    value: valueOf(document),
    tell: (faults) =>
      faults
        .map((fault) => ({ ...fault, line: lineOf(document, fault.path, counter) }))
        .toSorted((one, other) => one.line - other.line)
        .map(({ path, message, line }) => `${line}: ${path === "" ? "the file" : path} ${message}.`),
  }
}

/** Aliases could make a small file say endlessly much. */
function valueOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (error) {
    if (error instanceof ReferenceError) throw new TextFault([`1: ${error.message}`])
    throw error
  }
}

const head = "# A system as doorstream apply takes it. PINs and keys of panels are not in it.\n"

export const writeText = (building: BuildingFile): string =>
  head + stringify(building, { lineWidth: 120, aliasDuplicateObjects: false })
