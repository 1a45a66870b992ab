/** Opens scenarios that are files: those that come with the package, by their names, and everybody's own, by their paths. */
import { readFile } from "node:fs/promises"
import { fileURLToPath } from "node:url"
import { castScenario } from "../building/casting.js"
import type { Plan } from "../building/plan.js"
import type { Scenario } from "../building/scenario.js"
import { readScenario } from "./read-scenario.js"
import type { ScenarioFault } from "./reader.js"

/** The scenarios that come with the package. */
export const scenarioNames = ["quiet", "morning-rush", "tailgating", "cut-cable", "fire-drill"] as const

export type OpenedScenario =
  | { readonly scenario: Scenario; readonly faults?: undefined }
  /** Each as `file:line: reason`. */
  | { readonly scenario?: undefined; readonly faults: readonly string[] }

const isOurs = (name: string): boolean => (scenarioNames as readonly string[]).includes(name)

const pathOf = (name: string): string =>
  isOurs(name) ? fileURLToPath(new URL(`../../scenarios/${name}.yaml`, import.meta.url)) : name

async function readText(name: string): Promise<string | undefined> {
  try {
    return await readFile(pathOf(name), "utf8")
  } catch (error) {
    if (["ENOENT", "EISDIR", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined
    throw new Error(`The scenario ${name} cannot be read.`, { cause: error })
  }
}

const told = (name: string, faults: readonly ScenarioFault[]): OpenedScenario => ({
  faults: faults.map(({ line, reason }) => `${isOurs(name) ? `${name}.yaml` : name}:${line}: ${reason}`),
})

/** Reads a scenario, whatever building it is for: one of `scenarioNames`, or a path. Tells all that is wrong with it. */
export async function readScenarioFile(name: string): Promise<OpenedScenario> {
  const text = await readText(name)
  if (text === undefined)
    return {
      faults: [
        `${name}: there is no such file, and no scenario of this name; there are ${scenarioNames.join(", ")}`,
      ],
    }
  const { scenario, faults } = readScenario(text)
  return scenario === undefined ? told(name, faults) : { scenario }
}

/** Opens a scenario for a building, and tells as well what does not fit it. */
export async function openScenario(name: string, plan: Plan): Promise<OpenedScenario> {
  const read = await readScenarioFile(name)
  if (read.scenario === undefined) return read
  const { misfits } = castScenario(read.scenario, plan)
  return misfits.length > 0 ? told(name, misfits) : read
}
