/** Puts the building that a simulation is to run into the system, or takes it out again, and tells how far that is. */
import {
  generateBuilding,
  openScenario,
  removeBuilding,
  writeBuilding,
  type GeneratedBuilding,
  type WritingOptions,
  type WritingProgress,
} from "@doorstream/simulator"
import type { Account } from "../account.js"
import { openProgress } from "../progress.js"
import { Plight, remark } from "../say.js"
import type { SimulateOptions } from "./read-options.js"
import { untilEnded } from "./until-ended.js"

const count = (number: number): string => number.toLocaleString("en")

/** Does it with a line that says how far it is. */
async function told<T>(
  doing: string,
  account: Account,
  { seed, takeOver }: SimulateOptions,
  signal: AbortSignal,
  work: (options: WritingOptions) => Promise<T>,
): Promise<{ readonly made: T | undefined; readonly last: WritingProgress }> {
  const progress = openProgress(doing)
  let last: WritingProgress = { done: 0, all: 0 }
  const onProgress = (now: WritingProgress): void => {
    last = now
    progress.show(`${count(now.done)} of ${count(now.all)}`)
  }
  const onTrouble = (trouble: string): void => {
    progress.end()
    remark(`doorstream: ${trouble}`)
  }
  try {
    const made = await untilEnded(work({ ...account, seed, takeOver, signal, onTrouble, onProgress }), signal)
    return { made, last }
  } finally {
    progress.end()
  }
}

/** Everything that is wrong with the scenario, before anything is written. */
async function checkScenario(name: string | undefined, building: GeneratedBuilding): Promise<void> {
  if (name === undefined) return
  const { faults } = await openScenario(name, building)
  if (faults !== undefined) throw new Plight(faults.join("\n"))
}

/** Writes a building that is made of the seed. Undefined where Ctrl-C came before it was whole. */
export async function placeBuilding(
  account: Account,
  options: SimulateOptions & Required<Pick<SimulateOptions, "building">>,
  signal: AbortSignal,
): Promise<GeneratedBuilding | undefined> {
  const { seed, building, scenario } = options
  const generated = generateBuilding({ seed, ...building })
  await checkScenario(scenario, generated)
  const { made, last } = await told("Writing the building", account, options, signal, (writing) =>
    writeBuilding(generated, writing),
  )
  const again = `--seed ${seed} --doors ${building.doors}`
  if (made === undefined) {
    remark(
      `Ended: ${count(last.done)} of ${count(last.all)} are written. With ${again} it goes on from there.`,
    )
    return undefined
  }
  const changes = `${count(made.added)} added, ${count(made.changed)} changed, ${count(made.removed)} removed`
  remark(`The building of ${again} is in system ${account.systemId}: ${changes}.`)
  remark(`It stays there; this takes it out again: doorstream simulate --seed ${seed} --remove`)
  return made.building
}

export async function takeOut(
  account: Account,
  options: SimulateOptions,
  signal: AbortSignal,
): Promise<void> {
  const { made, last } = await told("Removing the building", account, options, signal, removeBuilding)
  if (made === undefined) return remark(`Ended: ${count(last.done)} are removed. The same command goes on.`)
  remark(
    made === 0
      ? `System ${account.systemId} has no building of seed ${options.seed}.`
      : `The building of seed ${options.seed} is removed from system ${account.systemId}: ${count(made)} objects.`,
  )
}
