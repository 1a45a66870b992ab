/** `doorstream apply` and `doorstream export`: a system as one file. */
import { readFileSync, writeFileSync } from "node:fs"
import { createInterface } from "node:readline/promises"
import type { BuildingFile, BuildingStep, Fault } from "@doorstream/contract"
import { readText, TextFault, writeText, type BuildingText } from "../building-text.js"
import { ask, operate } from "../operate.js"
import { openProgress } from "../progress.js"
import { Plight, remark, say, styled } from "../say.js"

interface ApplyOptions {
  readonly system: string
  readonly dryRun?: true
  readonly yes?: true
}

const pathOf = (system: string): string => `/systems/${encodeURIComponent(system)}/building`

const marks = { add: ["green", "+"], change: ["yellow", "~"], remove: ["red", "-"] } as const

const wordOf = (value: unknown): string => (value === undefined ? "nothing" : JSON.stringify(value))

/** A line for each object, and one for each of its fields that changes. */
export function tellStep({ does, noun, named, called, fields }: BuildingStep): string {
  const [color, mark] = marks[does]
  const words = noun.replace(/[A-Z]/, (letter) => ` ${letter.toLowerCase()}`)
  const head = styled(color, `${mark} ${words} ${named}${called === named ? "" : `  ${called}`}`)
  const lines = fields.map(({ field, before, after }) => `    ${field}: ${wordOf(before)} → ${wordOf(after)}`)
  return [head, ...lines].join("\n")
}

function tellSteps(steps: readonly BuildingStep[]): void {
  for (const step of steps) say(tellStep(step))
  const count = (does: BuildingStep["does"]): number => steps.filter((step) => step.does === does).length
  remark(
    steps.length === 0
      ? "The system is what the file says."
      : `${count("add")} to add, ${count("change")} to change, ${count("remove")} to remove.`,
  )
}

function readFile(file: string): BuildingText {
  let text: string
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8")
  } catch (error) {
    throw new Plight(`${file} cannot be read: ${(error as Error).message}.`)
  }
  try {
    return readText(text)
  } catch (error) {
    if (!(error instanceof TextFault)) throw error
    throw new Plight(error.lines.map((line) => `${file}:${line}`).join("\n"))
  }
}

async function confirm(removed: number): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Plight(`Nothing was changed: it would remove ${removed}. Add --yes to have that done.`)
  const questions = createInterface({ input: process.stdin, output: process.stderr })
  // Ctrl-C and Ctrl-D are no as well.
  const gone = new Promise<string>((resolve) => questions.once("close", () => resolve("")))
  const asked = questions.question(`Remove ${removed} as shown above? [y/N] `).catch(() => "")
  const answer = await Promise.race([asked, gone])
  questions.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new Plight("Nothing was changed.")
}

/** All is one write: there is no more to tell than for how long it has lasted. */
async function whileTelling<T>(steps: number, work: () => Promise<T>): Promise<T> {
  const progress = openProgress(`Applying ${steps.toLocaleString("en")} steps in one write`)
  const began = performance.now()
  const telling = setInterval(() => progress.show(`${Math.round((performance.now() - began) / 1000)} s`), 200)
  try {
    return await work()
  } finally {
    clearInterval(telling)
    progress.end()
  }
}

/** Brings a system to what a file says, after showing what that changes. */
export async function apply(file: string, { system, dryRun, yes }: ApplyOptions): Promise<void> {
  const text = readFile(file)
  const send = async (more: object): Promise<readonly BuildingStep[]> => {
    const { status, body } = await ask("POST", pathOf(system), { building: text.value ?? {}, ...more })
    const { steps, faults, code, message } = body as {
      readonly steps?: readonly BuildingStep[]
      readonly faults?: readonly Fault[]
      readonly code?: string
      readonly message?: string
    }
    if (steps !== undefined) return steps
    if (faults === undefined) throw new Plight(`${code ?? status}: ${message ?? "the operator API refused"}`)
    throw new Plight(
      text
        .tell(faults)
        .map((line) => `${file}:${line}`)
        .join("\n"),
    )
  }
  const steps = await send({ dryRun: true })
  tellSteps(steps)
  if (dryRun === true || steps.length === 0) return
  const removed = steps.filter(({ does }) => does === "remove").length
  if (removed > 0 && yes !== true) await confirm(removed)
  const applied = await whileTelling(steps.length, () => send({ mayRemove: true }))
  remark(`Applied: ${applied.length.toLocaleString("en")} steps.`)
}

/** Writes a system into a file, or to standard output. */
export async function exportTo(
  file: string | undefined,
  { system }: { readonly system: string },
): Promise<void> {
  const text = writeText(await operate<BuildingFile>("GET", pathOf(system)))
  if (file === undefined) return say(text.trimEnd())
  writeFileSync(file, text)
  remark(`Written to ${file}.`)
}
