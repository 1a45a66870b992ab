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

/**
 * Opens a scenario for a building: one of `scenarioNames`, or a path. Tells everything that is wrong with it, or does
 * not fit the building, at once.
 */
export async function openScenario(name: string, plan: Plan): Promise<OpenedScenario> {
  const tell = (faults: readonly ScenarioFault[]): OpenedScenario => ({
    faults: faults.map(({ line, reason }) => `${isOurs(name) ? `${name}.yaml` : name}:${line}: ${reason}`),
  })
  const text = await readText(name)
  if (text === undefined)
    return {
      faults: [
        `${name}: there is no such file, and no scenario of this name; there are ${scenarioNames.join(", ")}`,
      ],
    }
  const { scenario, faults } = readScenario(text)
  if (scenario === undefined) return tell(faults)
  const { misfits } = castScenario(scenario, plan)
  return misfits.length > 0 ? tell(misfits) : { scenario }
}
