/**
 * Reads a scenario from YAML, strictly: what is wrong is told with its line and the reason, all of it at once. It must
 * not know files or buildings.
 */
import { isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml"
import { isVerb, type Scenario, type ScenarioAct } from "../building/scenario.js"
import { verbEntry, verbs } from "../building/verbs.js"
import { Reader, type Field, type Fields, type ScenarioFault } from "./reader.js"
import { readTiming, timingKeys } from "./timing.js"

export type ReadScenario =
  | { readonly scenario: Scenario; readonly faults?: undefined }
  | { readonly scenario?: undefined; readonly faults: readonly ScenarioFault[] }

/** The most characters of a scenario. */
const longest = 100_000

const topKeys = ["name", "about", "lasts", "acts"]
const placeKeys = ["doors", "cloud-nodes", "connections"] as const
const actKeys = ["do", ...placeKeys, "who", "for", ...timingKeys]

/** `all`, and leaving it out, is everything. */
function readPlaces(
  reader: Reader,
  fields: Fields,
  line: number,
): Pick<ScenarioAct, "at" | "names"> | undefined {
  const told = placeKeys.filter((key) => fields.has(key))
  const [at = "doors", second] = told
  if (second !== undefined) return reader.fault(line, `an act is at ${at} or at ${second}, not at both`)
  const names = fields.has(at) ? reader.texts(fields.get(at), at) : ["*"]
  return names && { at, names: names.map((name) => (name === "all" ? "*" : name)) }
}

/** What this verb cannot be told, and what it has to be told. */
function checkVerb(
  reader: Reader,
  fields: Fields,
  { does, at, line }: Pick<ScenarioAct, "does" | "at" | "line">,
) {
  const entry = verbEntry(does)
  if (entry.at === "lines" && at === "doors")
    reader.fault(line, `${does} needs cloud-nodes or connections, not doors`)
  if (entry.at === "doors" && at !== "doors")
    reader.fault(fields.get(at)?.line ?? line, `${does} is done at doors, not at ${at}`)
  if (entry.lasts === undefined && fields.has("for"))
    reader.fault(fields.get("for")?.line ?? line, `${does} cannot be told for how long`)
  if (entry.who !== true && fields.has("who"))
    reader.fault(fields.get("who")?.line ?? line, `${does} cannot be told who does it`)
}

function readAct(reader: Reader, field: Field): ScenarioAct | undefined {
  const { line } = field
  const fields = reader.fields(field, actKeys, "an act")
  if (fields === undefined) return undefined
  if (!fields.has("do")) return reader.fault(line, "an act says what is done: do")
  const does = reader.text(fields.get("do"), "do")
  const timing = readTiming(reader, fields, line)
  const lasts = reader.duration(fields.get("for"), "for", 1)
  const who = reader.texts(fields.get("who"), "who")
  const places = readPlaces(reader, fields, line)
  if (does === undefined) return undefined
  if (!isVerb(does)) {
    const known = Object.keys(verbs).join(", ")
    return reader.fault(fields.get("do")?.line ?? line, `nobody can do "${does}"; there are ${known}`)
  }
  if (places === undefined) return undefined
  checkVerb(reader, fields, { does, at: places.at, line })
  if (timing === undefined) return undefined
  return { line, does, ...places, timing, ...(who && { who }), ...(lasts !== undefined && { lasts }) }
}

function readActs(reader: Reader, field: Field | undefined): readonly ScenarioAct[] {
  if (!isSeq(field?.node) || field.node.items.length === 0) {
    reader.fault(field?.line ?? 1, "a scenario has acts: a list of what is done")
    return []
  }
  const items = field.node.items as Node[]
  return items.flatMap((node) => readAct(reader, { node, line: reader.lineOf(node, field.line) }) ?? [])
}

function readTop(reader: Reader, document: Document): Scenario | undefined {
  const fields = reader.fields({ node: document.contents, line: 1 }, topKeys, "a scenario")
  if (fields === undefined) return undefined
  if (!fields.has("name")) reader.fault(1, "a scenario has a name")
  const name = reader.text(fields.get("name"), "name") ?? ""
  const about = reader.text(fields.get("about"), "about")
  const lasts = reader.duration(fields.get("lasts"), "lasts", 1_000)
  const acts = readActs(reader, fields.get("acts"))
  for (const { line, timing } of acts) {
    const begins = timing.how === "once" ? timing.after : timing.from
    if (lasts !== undefined && begins >= lasts) reader.fault(line, "this begins after the scenario has ended")
  }
  return { name, acts, ...(about !== undefined && { about }), ...(lasts !== undefined && { lasts }) }
}

/**
 * Reads a scenario from the text of a file. Anything that is not understood is a fault; so are YAML's anchors and tags.
 *
 * @example
 * readScenario("name: Quiet\nacts:\n  - do: enter\n    every: 30s\n")
 */
export function readScenario(text: string): ReadScenario {
  if (text.length > longest)
    return { faults: [{ line: 1, reason: `a scenario has at most ${longest} characters` }] }
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: "core" })
  const wrong = [...document.errors, ...document.warnings].map(({ pos: [offset], message }) => ({
    line: lines.linePos(offset).line,
    reason: `this is no YAML: ${message}`,
  }))
  if (wrong.length > 0) return { faults: wrong }
  const reader = new Reader(lines)
  const scenario = readTop(reader, document)
  const faults = reader.faults.toSorted((one, other) => one.line - other.line)
  return scenario === undefined || faults.length > 0 ? { faults } : { scenario }
}
