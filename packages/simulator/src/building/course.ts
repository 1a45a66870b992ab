/**
 * What comes next in a building: what the doors and controllers do by themselves, then what was planned from outside,
 * then what people do. It must not know what any of it is.
 */
import { createAgenda } from "./agenda.js"
import type { Plot } from "./life.js"
import type { Premises } from "./premises.js"
import type { Act } from "./scenes.js"

export interface Course {
  nextAt(): number
  /** Does all that is to happen until then, in order. */
  come(to: number): void
  plan(place: string, act: Act, at: number): void
  /** These places are no longer there: nothing that was planned for them is done. */
  leave(places: readonly string[]): void
  shift(by: number): void
}

interface Planned {
  readonly place: string
  readonly act: Act
}

export function createCourse(premises: Premises, plot: Plot): Course {
  const planned = createAgenda<Planned>()
  const plannedAt = (): number => planned.nextAt() ?? Infinity
  const nextAt = (): number => Math.min(premises.nextAt(), plannedAt(), plot.nextAt())
  const goOn = (at: number): void => {
    if (premises.nextAt() === at) return premises.goOn()
    if (plannedAt() !== at) return plot.goOn()
    const { place, act } = planned.take() as Planned
    premises.act(place, act, at)
  }
  return {
    nextAt,
    come(to) {
      for (let at = nextAt(); at <= to && at < Infinity; at = nextAt()) goOn(at)
    },
    plan: (place, act, at) => planned.add(at, { place, act }),
    leave(places) {
      const gone = new Set(places)
      planned.keep(({ place }) => !gone.has(place))
    },
    shift(by) {
      premises.shift(by)
      planned.shift(by)
      plot.shift(by)
    },
  }
}
