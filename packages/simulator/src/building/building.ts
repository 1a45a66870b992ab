/**
 * A building that lives: something is reported every second or two, and it is never silent for three. It must not know
 * the clock or the server: the caller says how far time has come, and gets what was reported until then.
 */
import type { Report } from "@doorstream/contract"
import { createChance } from "./chance.js"
import { Life } from "./life.js"
import type { Plan } from "./plan.js"

export interface BuildingOptions {
  /** At least one device. */
  readonly plan: Plan
  /** The same options give the same reports. */
  readonly seed: number
  /** Begins every report's id, at most 100 characters: it sets the ids of one run apart from those of another. */
  readonly run: string
  /** When life begins, in milliseconds since 1970. */
  readonly from: number
}

export interface Building {
  /** When it will next do something, in milliseconds since 1970; at most 3,000 after its newest report. */
  nextAt(): number
  /** Lets time come so far, and tells what was reported until then, in order. */
  advance(to: number): Report[]
  /** Moves all that is going on by so many milliseconds: when the clock has jumped, life goes on where it was. */
  shift(by: number): void
}

/**
 * Opens a building in which all doors are closed, locked and quiet. Throws a RangeError when it has no door.
 *
 * @example
 * const building = openBuilding({ plan: demoBuilding, seed: 7, run: "run-1", from: 0 })
 * building.advance(60_000) // the reports of a minute
 */
export function openBuilding({ plan, seed, run, from }: BuildingOptions): Building {
  if (plan.devices.length === 0) throw new RangeError("A building has at least one door.")
  const life = new Life(plan, createChance(seed), from)
  let count = 0
  return {
    nextAt: () => life.nextAt(),
    advance(to) {
      const reports: Report[] = []
      while (life.nextAt() <= to) {
        for (const said of life.goOn()) reports.push({ id: `${run}-${++count}`, ...said })
      }
      return reports
    },
    shift: (by) => life.shift(by),
  }
}
