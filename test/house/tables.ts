/** The tables in the documents that are made from the code: by `npm run document`, held to it by document.test. */
import { refusals, topicEntry, topicNames } from "@doorstream/contract"
import { settings } from "../../packages/doorstream/src/settings.js"
import { transport } from "../hostile/transport.js"

export interface GeneratedTable {
  readonly file: string
  /** It stands between `<!-- name -->` and `<!-- /name -->`. */
  readonly name: string
  readonly text: string
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")

const refusalRows = Object.entries(refusals).map(([code, { status, means, remedy }]) => [
  `\`${code}\``,
  `${status}`,
  means,
  remedy,
])

const topicRows = topicNames.map((name) => [`\`${name}\``, topicEntry(name).envelope, topicEntry(name).means])

const otherwiseOf = (text: string): string => (text === "" ? "none" : `\`${text}\``)

const settingRows = Object.entries(settings).map(([name, setting]) => [
  `\`${name}\``,
  "otherwise" in setting ? otherwiseOf(setting.otherwise ?? "") : "required by `serve`",
  setting.means,
])

const transportRows = Object.values(transport).map(({ what, answer }) => [what, answer])

export const generatedTables: readonly GeneratedTable[] = [
  {
    file: "PROTOCOL.md",
    name: "refusals",
    text: table(["code", "status", "means", "what to do"], refusalRows),
  },
  { file: "PROTOCOL.md", name: "topics", text: table(["topic", "envelope", "means"], topicRows) },
  { file: "PROTOCOL.md", name: "transport", text: table(["what", "answer"], transportRows) },
  {
    file: "docs/settings.md",
    name: "settings",
    text: table(["setting", "unless set", "means"], settingRows),
  },
]

/** A document with a table in its place. */
export const placeTable = (document: string, { name, text }: GeneratedTable): string =>
  document.replace(
    new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`),
    (_, begin: string, end: string) => `${begin}${text}\n${end}`,
  )
