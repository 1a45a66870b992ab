/** The clocks on the walls of a plan's cloud nodes, and what is wrong with them. It must not know what hangs on them. */
import type { Plan } from "./plan.js"
import { createWallClock, isTimezone, type WallClock } from "./wall-clock.js"

export interface Clocks {
  /** The clock at which a door's cloud node looks. Throws a RangeError when the plan has no such cloud node. */
  of(device: { readonly id: string; readonly cloudNodeId: string }): WallClock
  /** Which cloud nodes have a time zone that is none, in words: they go by UTC. */
  readonly troubles: readonly string[]
}

export function createClocks({ cloudNodes }: Pick<Plan, "cloudNodes">): Clocks {
  const byTimezone = new Map<string, WallClock>()
  const clocks = new Map<string, WallClock>()
  const troubles: string[] = []
  const clockIn = (timezone: string): WallClock => {
    const clock = byTimezone.get(timezone) ?? createWallClock(timezone)
    byTimezone.set(timezone, clock)
    return clock
  }
  for (const { id, name = id, timezone } of cloudNodes) {
    const isKnown = byTimezone.has(timezone) || isTimezone(timezone)
    if (!isKnown)
      troubles.push(`The cloud node "${name}" goes by UTC: there is no time zone "${timezone}" here.`)
    clocks.set(id, clockIn(isKnown ? timezone : "UTC"))
  }
  return {
    troubles,
    of({ id, cloudNodeId }) {
      const clock = clocks.get(cloudNodeId)
      if (clock === undefined) throw new RangeError(`The door ${id} has no cloud node ${cloudNodeId}.`)
      return clock
    },
  }
}
